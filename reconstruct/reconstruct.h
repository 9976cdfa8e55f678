// Poses of an object sweep: features, matches between neighbours plus loop closures, robust geometry,
// incremental mapping along the sweep, and bundle adjustment with shared self-calibrated intrinsics.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scene/progress.h"
#include "scene/reconstruction.h"
#include "scene/result.h"
#include "scene/sweep.h"

namespace rv {

struct ReconstructOptions {
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Seed of every random choice.
  std::uint64_t seed = 0;
  // Longest side of the pictures used for features, px. Larger is slower and more accurate on fine texture.
  int work_side_px = 1200;

  Status Validate() const;
};

struct ReconstructTimings {
  double features_s = 0;
  double matching_s = 0;
  double mapping_s = 0;
};

struct ReconstructResult {
  Reconstruction reconstruction;
  std::vector<std::string> findings;  // for the seller: "frames 31-44: 12 matches; reshoot slower there"
  ReconstructTimings timings;         // wall time; never stored in the asset
};

// Poses the frames of `sweep` in one model; `reconstruction.frames` has one entry per sweep frame, posed or
// not and why. Fails with kInsufficientData when no two frames show parallax on a rigid subject (the caller
// then goes down the tier ladder), kCancelled when `progress` stops it.
Result<ReconstructResult> ReconstructSweep(const Sweep& sweep,
                                           const ReconstructOptions& options,
                                           const Progress& progress);

}  // namespace rv
