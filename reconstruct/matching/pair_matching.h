// Which pairs of frames are matched, and their verified matches: neighbors at growing offsets along the
// sweep, and pairs far apart that look alike (loop closures). Cost is linear in the number of frames.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/progress.h"
#include "reconstruct/features/features.h"
#include "reconstruct/matching/two_view.h"

namespace rv::matching {

struct PairMatchingOptions {
  MatchOptions match;
  TwoViewOptions two_view;
  // Neighbor offsets, in rounds: a pair is tried only if the frame's pair of the round before was verified.
  std::vector<int> offsets = {1, 2, 3, 4, 6, 9};
  int similar_features = 300;    // largest-scale features that vote for similar frames
  int similar_per_frame = 5;     // loop candidates per frame
  int max_voters = 160;          // frames compared with each other; longer sweeps use an even subset
  double static_shift = 0.0015;  // of the picture's longer side: a match that moves less may be background
  int weak_inliers = 80;         // neighbors with fewer are matched again with more features
  int threads = 0;
};

struct PairMatches {
  std::vector<TwoView> pairs;      // sorted by (a, b)
  bool static_background = false;  // a still camera: matches that do not move were dropped
};

// Extracts more features for the given frames, in place.
using Densify =
    std::function<void(std::vector<features::FeatureSet>& features, const std::vector<int>& frames)>;

// `sides_px[i]`: longest side of frame i's work picture. Frames that hardly match their neighbors (blur,
// fine speckle, glare) are given to `densify` once and matched again; only their features change.
Result<PairMatches> MatchPairs(std::vector<features::FeatureSet>& features,
                               const std::vector<int>& sides_px,
                               const Densify& densify,
                               const PairMatchingOptions& options,
                               const Progress& progress);

}  // namespace rv::matching
