// Whether an item looks like the training pictures of the type that a title would name. A softmax shares out all
// probability among the types that it knows and so is often sure of pictures that show none of them.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "groknet/inference/model_card.h"
#include "groknet/recognition/tags.h"

namespace rv::recognition {

// The squared Mahalanobis distance of an embedding to the mean of a type, |y - mean|^2, over the one to the mean of
// all training pictures, sum_k y_k^2 / variance_k (y as in groknet/inference/type_statistics.h): about 1 for a picture
// of the type, more for one that is no nearer to the type than to anything else. The first distance is that of K. Lee
// et al., "A simple unified framework for detecting out-of-distribution samples and adversarial attacks", NeurIPS
// 2018. Comparing it with the second is J. Ren et al., "A simple fix to Mahalanobis distance for improving near-OOD
// detection", arXiv:2106.09022, 2021, who take the difference. The ratio has no scale, so that the limits of
// heads for cars, clothes and fruit are alike. `embedding` has unit length and kCodeBits numbers; `head` and `value` are indices into
// the card, statistics.heads[head] given.
double RelativeDistance(const TypeStatistics& statistics,
                        std::size_t head,
                        std::size_t value,
                        std::span<const float> embedding);

// Whether the views are as near to the type as its head allows. Their relative distances are taken together as a
// geometric mean with `weights`, which add up to 1: views that show different things do not make up for one
// another by averaging out. True where the model has no statistics, or none for the head.
bool LooksLikeType(const ModelCard& card,
                   std::string_view head,
                   std::string_view value,
                   std::span<const ViewTags> views,
                   std::span<const double> weights);

}  // namespace rv::recognition
