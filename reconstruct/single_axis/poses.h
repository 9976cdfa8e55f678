// Poses under single-axis motion from matches alone: search, adjustment, closing of the turn, verdict. For
// captures that general mapping cannot hold together, because two sides of the item look alike or little
// texture is followed: the unknowns are few, and only frames close in the capture have to match.
#pragma once

#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/matching/two_view.h"
#include "reconstruct/single_axis/evidence.h"
#include "reconstruct/single_axis/model.h"

namespace rv::single_axis {

inline constexpr const char* kSingleAxisRemedy =
    "turn the item evenly about one axis before a still camera, or walk round it slowly";

struct SingleAxisOptions {
  bool focal_known = false;
  bool camera_known = false;
  bool still_camera = false;     // the background stands still: no camera deviates
  double min_angle_rad = 0.026;  // smallest parallax of a point, 1.5 degrees
  int threads = 0;

  // Observations further off are outliers: 4 px of the 1200 that work pictures usually have.
  static double MaxErrorPx(const Camera& camera);
};

struct SingleAxisMap {
  sparse::SparseMap map;  // in the item's frame, y up along the axis
  SingleAxisModel model;
  Evidence evidence;
  bool deviations = false;  // the cameras were allowed to leave the ring a little
  bool closed = false;      // matches prove a full turn
};

// Fails with kInsufficientData when the frames do not show one item turning about one axis (the message says
// what speaks against it), kCancelled.
Result<SingleAxisMap> PoseOnSingleAxis(const std::vector<features::FeatureSet>& features,
                                       const std::vector<matching::TwoView>& pairs,
                                       const std::vector<Camera>& cameras,
                                       const std::vector<int>& camera_of,
                                       const SingleAxisOptions& options,
                                       const Progress& progress);

// Adjusts and filters once more down to `max_error_px`, drops frames that hardly agree and those that share
// no point with the others, and weighs the evidence anew.
Status FinalAdjustment(SingleAxisMap& fitted, const SingleAxisOptions& options, double max_error_px);

}  // namespace rv::single_axis
