#include "groknet/recognition/type_guard.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace rv::recognition {
namespace {

// Keeps the ratio and its logarithm finite for an embedding at the very center or mean.
constexpr double kLeastDistance = 1e-6;

}  // namespace

double RelativeDistance(const TypeStatistics& statistics,
                        std::size_t head,
                        std::size_t value,
                        std::span<const float> embedding) {
  const std::size_t size = statistics.center.size();
  const std::vector<double>& means = statistics.heads.at(head).value().means;
  RV_CHECK_EQ(embedding.size(), size);
  RV_CHECK_LE((value + 1) * statistics.dims, means.size());
  double to_type = 0;
  double to_all = 0;
  for (std::size_t k = 0; k < statistics.dims; ++k) {
    double y = 0;
    for (std::size_t i = 0; i < size; ++i)
      y += statistics.axes[k * size + i] * (embedding[i] - statistics.center[i]);
    const double from_mean = y - means[value * statistics.dims + k];
    to_type += from_mean * from_mean;
    to_all += y * y / statistics.variance[k];
  }
  return std::max(to_type, kLeastDistance) / std::max(to_all, kLeastDistance);
}

bool LooksLikeType(const ModelCard& card,
                   std::string_view head,
                   std::string_view value,
                   std::span<const ViewTags> views,
                   std::span<const double> weights) {
  RV_CHECK_EQ(views.size(), weights.size());
  const auto named = std::ranges::find(card.heads, head, &HeadCard::name);
  if (!card.type_statistics || named == card.heads.end()) return true;
  const TypeStatistics& statistics = *card.type_statistics;
  const auto at = static_cast<std::size_t>(named - card.heads.begin());
  const auto place = std::ranges::find(named->values, value);
  if (!statistics.heads.at(at) || place == named->values.end()) return true;
  const auto index = static_cast<std::size_t>(place - named->values.begin());
  double log_distance = 0;
  for (std::size_t i = 0; i < views.size(); ++i)
    log_distance += weights[i] * std::log(RelativeDistance(statistics, at, index, views[i].embedding.values));
  return log_distance <= std::log(statistics.heads[at]->max_relative_distance);
}

}  // namespace rv::recognition
