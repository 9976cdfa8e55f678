// Poses of an object sweep: features, matches between neighbors plus loop closures, robust geometry,
// incremental mapping along the sweep, and bundle adjustment with shared self-calibrated intrinsics.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/incremental/no_parallax.h"
#include "reconstruct/reconstruct_options.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv {

struct MatchedSweep;  // reconstruct/matched_sweep.h
namespace matching {
struct TwoView;  // reconstruct/matching/two_view.h
}

struct ReconstructTimings {
  double features_s = 0;
  double matching_s = 0;
  double mapping_s = 0;
};

struct ReconstructResult {
  Reconstruction reconstruction;
  std::vector<std::string> findings;  // for the seller: "frames 31-44: 12 matches; reshoot slower there"
  ReconstructTimings timings;         // wall time; never stored in the asset
  bool folded = false;                // two sides of the item are taken for one, and nothing settles it
};

// Poses the frames of `sweep` in one model; `reconstruction.frames` has one entry per sweep frame, posed or
// not and why. Fails with kInsufficientData when no two frames show parallax on a rigid subject (the caller
// then goes down the tier ladder), kCancelled when `progress` stops it.
Result<ReconstructResult> ReconstructSweep(const Sweep& sweep,
                                           const ReconstructOptions& options,
                                           const Progress& progress);

// Tier 1: general incremental mapping and bundle adjustment; fails as ReconstructSweep.
Result<ReconstructResult> MapSweep(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const ReconstructOptions& options,
                                   const Progress& progress);
// The same from some of the pairs.
Result<ReconstructResult> MapPairs(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const std::vector<matching::TwoView>& pairs,
                                   const ReconstructOptions& options,
                                   const Progress& progress);

}  // namespace rv
