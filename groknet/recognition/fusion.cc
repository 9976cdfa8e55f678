#include "groknet/recognition/fusion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "groknet/color/color_measure.h"
#include "groknet/recognition/probabilities.h"
#include "groknet/recognition/title.h"
#include "groknet/recognition/type_guard.h"

namespace rv {
namespace {

constexpr double kLeastProbability = 1e-6;

std::vector<double> Normalized(std::span<const double> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  RV_CHECK_GT(sum, 0);
  std::vector<double> out(weights.begin(), weights.end());
  for (double& weight : out) weight /= sum;
  return out;
}

double Entropy(std::span<const double> distribution) {
  double sum = 0;
  for (const double p : distribution)
    if (p > 0) sum -= p * std::log(p);
  return sum;
}

double WeightedMean(std::span<const ViewTags> views,
                    std::span<const double> weights,
                    double ViewTags::*field) {
  double sum = 0;
  for (std::size_t i = 0; i < views.size(); ++i) sum += weights[i] * (views[i].*field);
  return sum;
}

Embedding MeanDirection(std::span<const ViewTags> views, std::span<const double> weights) {
  std::vector<double> sum(kCodeBits);
  for (std::size_t i = 0; i < views.size(); ++i) {
    for (std::size_t k = 0; k < kCodeBits; ++k) sum[k] += weights[i] * views[i].embedding.values[k];
  }
  const double length = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0));
  // Views that cancel each other out have no direction in common: the first stands for them.
  if (length < 1e-6) return views.front().embedding;
  return MakeEmbedding(std::vector<float>(sum.begin(), sum.end()));
}

struct FusedHead {
  std::vector<double> probabilities;
  double disagreement = 0;
};

FusedHead FuseHead(const HeadCard& head,
                   std::size_t index,
                   std::span<const ViewTags> views,
                   std::span<const double> quality) {
  std::vector<std::vector<double>> distributions;
  std::vector<double> weights;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const AttributeTags& tags = views[i].attributes[index];
    distributions.push_back(Unranked(head.values, tags.values));
    weights.push_back(quality[i] * std::max(tags.applicability, kLeastProbability));
  }
  return {PoolOpinions(distributions, weights), Disagreement(distributions, weights)};
}

std::vector<double> FuseVerticals(const ModelCard& card,
                                  std::span<const ViewTags> views,
                                  std::span<const double> quality) {
  std::vector<std::vector<double>> distributions;
  for (const ViewTags& view : views) distributions.push_back(Unranked(card.verticals, view.verticals));
  return PoolOpinions(distributions, quality);
}

void FuseAttributes(const ModelCard& card,
                    std::span<const ViewTags> views,
                    std::span<const double> quality,
                    std::span<const double> verticals,
                    ItemTags& item) {
  std::vector<FusedHead> fused;
  std::vector<std::vector<double>> distributions;
  for (std::size_t h = 0; h < card.heads.size(); ++h) {
    fused.push_back(FuseHead(card.heads[h], h, views, quality));
    distributions.push_back(fused.back().probabilities);
  }
  const std::vector<double> applicability = Applicability(card, verticals, distributions);
  for (std::size_t h = 0; h < card.heads.size(); ++h) {
    const HeadCard& head = card.heads[h];
    item.attributes.push_back({.name = head.name,
                               .vertical = head.vertical,
                               .applicability = applicability[h],
                               .values = Ranked(head.values, fused[h].probabilities),
                               .disagreement = fused[h].disagreement});
  }
}

// The title, or why there is none.
void Name(const ModelCard& card,
          std::span<const ViewTags> views,
          std::span<const double> weights,
          ItemTags& item) {
  const std::optional<recognition::NamedType> type = recognition::TypeOf(item);
  const bool alike = !type || recognition::LooksLikeType(card, type->head, type->value, views, weights);
  if (alike) item.title = SuggestTitle(item);
  if (!item.title.empty()) return;
  item.no_type = item.unknown ? NoType::kUnknown : alike ? NoType::kUnsure : NoType::kUnlikeType;
}

}  // namespace

std::vector<double> PoolOpinions(std::span<const std::vector<double>> distributions,
                                 std::span<const double> weights) {
  RV_CHECK(!distributions.empty());
  RV_CHECK_EQ(distributions.size(), weights.size());
  const std::vector<double> scaled = Normalized(weights);
  std::vector<double> logs(distributions.front().size());
  for (std::size_t i = 0; i < distributions.size(); ++i) {
    for (std::size_t v = 0; v < logs.size(); ++v)
      logs[v] += scaled[i] * std::log(std::max(distributions[i][v], kLeastProbability));
  }
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (double& value : logs) sum += value = std::exp(value - most);
  for (double& value : logs) value /= sum;
  return logs;
}

double Disagreement(std::span<const std::vector<double>> distributions, std::span<const double> weights) {
  RV_CHECK(!distributions.empty());
  RV_CHECK_EQ(distributions.size(), weights.size());
  const std::vector<double> scaled = Normalized(weights);
  std::vector<double> mean(distributions.front().size());
  double within = 0;
  for (std::size_t i = 0; i < distributions.size(); ++i) {
    within += scaled[i] * Entropy(distributions[i]);
    for (std::size_t v = 0; v < mean.size(); ++v) mean[v] += scaled[i] * distributions[i][v];
  }
  const double bound = std::min(Entropy(scaled), std::log(static_cast<double>(mean.size())));
  return bound < 1e-12 ? 0 : std::clamp((Entropy(mean) - within) / bound, 0.0, 1.0);
}

ItemTags FuseViews(const ModelCard& card, std::span<const ViewTags> views) {
  RV_CHECK(!views.empty());
  std::vector<double> quality;
  for (const ViewTags& view : views) quality.push_back(view.quality);
  const std::vector<double> weights = Normalized(quality);
  ItemTags item{.quality = WeightedMean(views, weights, &ViewTags::quality), .views = views.size()};
  const std::vector<double> verticals = FuseVerticals(card, views, weights);
  item.verticals = Ranked(card.verticals, verticals);
  item.vertical = item.verticals.front().value;
  item.vertical_probability = item.verticals.front().probability;
  item.in_distribution_score = WeightedMean(views, weights, &ViewTags::in_distribution_score);
  double unknown = 0;
  std::vector<std::vector<MeasuredColor>> colors;
  for (std::size_t i = 0; i < views.size(); ++i) {
    unknown += views[i].unknown ? weights[i] : 0;
    colors.push_back(views[i].colors);
  }
  item.unknown = unknown > 0.5;
  item.colors = MergeColors(colors, weights);
  item.embedding = MeanDirection(views, weights);
  FuseAttributes(card, views, weights, verticals, item);
  Name(card, views, weights, item);
  return item;
}

}  // namespace rv
