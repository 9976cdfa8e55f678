// How far a picture can be trusted as evidence.
#pragma once

#include <span>

namespace rv {

struct ViewQuality {
  double sharpness = 0;  // 0..1
  double exposure = 0;   // 0..1
};

// Judges the picture as the network sees it (groknet/inference/preprocess.h): `planes` is 3 * size * size in about
// -1..1, size >= 3. sharpness = v / (v + v0), v the variance of the Laplacian of the luma (J. L. Pech-Pacheco
// et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000) divided by that of the luma itself, so
// that a pale item is not taken for a blurred one. exposure = the span between the darkest and the lightest
// twentieth of the luma over a third of the range, at most 1: near 0 where all is dark or burnt out.
ViewQuality MeasureViewQuality(std::span<const float> planes, int size);

// Sharpness, exposure and in-distribution score as one weight in [0.02, 1]: their product, where the score counts as
// 1 / (1 + exp(-12 (in_distribution_score - min_in_distribution_score))).
double EvidenceWeight(const ViewQuality& quality,
                      double in_distribution_score,
                      double min_in_distribution_score);

}  // namespace rv
