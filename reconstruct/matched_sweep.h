// What every mapper starts from: the work pictures of a sweep, their features, the verified matches between
// them and the cameras as they are known before mapping. Computed once, whichever tiers are tried afterwards.
#pragma once

#include <vector>

#include "reconstruct/features.h"
#include "reconstruct/pair_matching.h"
#include "reconstruct/reconstruct.h"
#include "scene/geometry.h"
#include "scene/image.h"

namespace rv {

// Frames are those of the sweep; pixels are work px (reconstruct/work_image.h).
struct MatchedSweep {
  std::vector<Image> grey;
  std::vector<internal::FeatureSet> features;
  internal::PairMatches matches;
  std::vector<Camera> cameras;  // one per picture size; focal from metadata, else estimated from the matches
  std::vector<int> camera_of;   // by frame
  bool focal_known = false;     // calibrated or from metadata
  bool camera_known = false;    // nothing of the camera needs to be refined
  double features_s = 0;        // wall time; never stored in the asset
  double matching_s = 0;
};

// Fails with kInsufficientData for fewer than two frames, kCorrupt when a picture does not decode,
// kCancelled. Stages: "features", "matching".
Result<MatchedSweep> MatchSweep(const Sweep& sweep,
                                const ReconstructOptions& options,
                                const Progress& progress);

// Tier 1: general incremental mapping and bundle adjustment; fails as ReconstructSweep.
Result<ReconstructResult> MapSweep(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const ReconstructOptions& options,
                                   const Progress& progress);

}  // namespace rv
