// Several views of one item as one answer.
#pragma once

#include <span>
#include <vector>

#include "groknet/inference/model_card.h"
#include "groknet/recognition/tags.h"

namespace rv {

// Logarithmic opinion pool (C. Genest, J. V. Zidek, "Combining probability distributions", Statistical
// Science 1(1), 1986): p(v) ~ prod_i p_i(v)^(w_i), the weights scaled to add up to 1, so that views which say
// the same are no more certain together than each alone: neighboring views are far from independent.
// Probabilities below 1e-6 count as that, so that one view alone can rule nothing out. Distributions of one
// size, weights >= 0 and not all 0.
std::vector<double> PoolOpinions(std::span<const std::vector<double>> distributions,
                                 std::span<const double> weights);

// How far the distributions differ: their generalized Jensen-Shannon divergence H(sum w_i p_i) - sum w_i
// H(p_i) (J. Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Information Theory 37(1),
// 1991) over its bound min(H(w), log of the number of values): 0 when all are the same, 1 when each is sure
// of another value.
double Disagreement(std::span<const std::vector<double>> distributions, std::span<const double> weights);

// All views as one item. A view weighs its quality in the vertical, the colors and the embedding (the mean
// direction), and its quality times how far the attribute applies to it in each attribute. `views` are of the
// model of `card`, at least one. The item is unknown when most of the views' weight is. Its title is
// suggested from its tags; an item that is unlike the training pictures of its type (type_guard.h) has none.
ItemTags FuseViews(const ModelCard& card, std::span<const ViewTags> views);

}  // namespace rv
