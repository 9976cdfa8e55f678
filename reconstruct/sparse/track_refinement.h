// Sub-pixel agreement of a point's observations: each is moved so that the affinely warped patch round it
// matches the patch in the point's reference frame (inverse compositional alignment: Baker and Matthews,
// "Lucas-Kanade 20 Years On", IJCV 2004; in the spirit of Lindenberger et al., "Pixel-Perfect
// Structure-from-Motion", ICCV 2021, with plain intensities).
#pragma once

#include <vector>

#include "reconstruct/sparse/sparse_map.h"
#include "scene/image.h"

namespace rv::sparse {

struct TrackRefinementOptions {
  double max_shift_px = 3;       // from where the feature was found; larger means another structure
  double min_correlation = 0.8;  // zero-mean normalized, of the aligned patches
  double refined_sigma_px = 0.25;
  double unrefined_sigma_px = 1.0;
  int threads = 0;
};

struct TrackRefinementSummary {
  int refined = 0;
  int failed = 0;
};

// Moves MapObservation::px of inliers and sets refined and sigma_px. `gray`: work pictures by frame.
TrackRefinementSummary RefineTracks(SparseMap& map,
                                    const std::vector<Image>& gray,
                                    const TrackRefinementOptions& options);

}  // namespace rv::sparse
