// From the network's raw answers to calibrated probabilities.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "groknet/inference/model_card.h"
#include "groknet/recognition/tags.h"

namespace rv {

// exp(logit / temperature) over their sum (temperature scaling: C. Guo et al., "On calibration of modern
// neural networks", ICML 2017). Finite logits, temperature > 0.
std::vector<double> Softmax(std::span<const float> logits, double temperature);

// Values with their probabilities, most probable first; equal ones in the order given.
std::vector<ValueProbability> Ranked(const std::vector<std::string>& values,
                                     std::span<const double> probabilities);

// Probabilities in the order of `values`, which holds the same names as `ranked`.
std::vector<double> Unranked(const std::vector<std::string>& values,
                             const std::vector<ValueProbability>& ranked);

// The probability that each head means anything: P(its vertical) * sum over its parent's values of P(value) *
// share. `verticals` in the card's order, `heads[i]` the distribution of head i in the order of its values.
std::vector<double> Applicability(const ModelCard& card,
                                  std::span<const double> verticals,
                                  const std::vector<std::vector<double>>& heads);

}  // namespace rv
