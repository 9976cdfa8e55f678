// What every mapper starts from: the work pictures of a sweep, their features, the verified matches between
// them and the cameras as they are known before mapping. Computed once, whichever tiers are tried afterwards.
#pragma once

#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/features/features.h"
#include "reconstruct/matching/pair_matching.h"
#include "reconstruct/reconstruct_options.h"
#include "scene/geometry.h"
#include "scene/image.h"
#include "scene/sweep.h"

namespace rv {

// Frames are those of the sweep; pixels are work px (reconstruct/features/work_image.h).
struct MatchedSweep {
  std::vector<Image> gray;
  std::vector<features::FeatureSet> features;
  matching::PairMatches matches;
  std::vector<Camera> cameras;  // see camera_plan.h; focal from metadata, else estimated
  std::vector<int> camera_of;   // by frame
  bool focal_known = false;     // calibrated or from metadata
  bool camera_known = false;    // nothing of the camera needs to be refined
  // All that moves does so as the picture of a rotation; no mapper should be asked (a still camera is no such case).
  bool turned_on_the_spot = false;
  double features_s = 0;  // wall time; never stored in the asset
  double matching_s = 0;
};

// Fails with kInsufficientData for fewer than two frames, kCorrupt when a picture does not decode,
// kCancelled. Stages: "features", "matching".
Result<MatchedSweep> MatchSweep(const Sweep& sweep,
                                const ReconstructOptions& options,
                                const Progress& progress);

}  // namespace rv
