#include "groknet/recognition/probabilities.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/check.h"

namespace rv {

std::vector<double> Softmax(std::span<const float> logits, double temperature) {
  RV_CHECK(!logits.empty() && temperature > 0);
  const double most = *std::ranges::max_element(logits);
  std::vector<double> out;
  out.reserve(logits.size());
  double sum = 0;
  for (const float logit : logits) {
    out.push_back(std::exp((logit - most) / temperature));
    sum += out.back();
  }
  for (double& value : out) value /= sum;
  return out;
}

std::vector<ValueProbability> Ranked(const std::vector<std::string>& values,
                                     std::span<const double> probabilities) {
  RV_CHECK_EQ(values.size(), probabilities.size());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  std::vector<ValueProbability> ranked;
  ranked.reserve(order.size());
  for (const std::size_t i : order) ranked.push_back({values[i], probabilities[i]});
  return ranked;
}

std::vector<double> Unranked(const std::vector<std::string>& values,
                             const std::vector<ValueProbability>& ranked) {
  RV_CHECK_EQ(values.size(), ranked.size());
  std::unordered_map<std::string_view, double> by_name;
  for (const ValueProbability& value : ranked) by_name[value.value] = value.probability;
  std::vector<double> out;
  out.reserve(values.size());
  for (const std::string& value : values) out.push_back(by_name.at(value));
  return out;
}

std::vector<double> Applicability(const ModelCard& card,
                                  std::span<const double> verticals,
                                  const std::vector<std::vector<double>>& heads) {
  RV_CHECK_EQ(heads.size(), card.heads.size());
  std::vector<double> out;
  for (const HeadCard& head : card.heads) {
    double share = 1;
    if (head.parent) {
      const std::vector<double>& parent = heads[*head.parent];
      share = std::inner_product(parent.begin(), parent.end(), head.parent_share.begin(), 0.0);
    }
    out.push_back(verticals[head.vertical_index] * share);
  }
  return out;
}

}  // namespace rv
