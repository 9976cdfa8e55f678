// Bundle adjustment of a single-axis model: least squares over reprojection errors in work px,
//   min sum rho(|project(camera, cam_from_world(model, frame) * X) - px|^2) + priors,
// over the focal length, the axis, one angle per frame, the pose deviation of each camera where it is allowed, and
// the points. Priors: focal, tilt, roll and side round their first guess, even steps (robustly, so that stops
// and reversals stay possible), no deviation. One thread inside the solver, so that results are the same at any
// thread count.
#pragma once

#include "base/result.h"
#include "reconstruct/single_axis/model.h"

namespace rv::single_axis {

struct AdjustmentOptions {
  bool refine_focal = true;
  double focal_sigma = 0.4;          // of ln(focal) round `focal_mean_px`
  double focal_mean_px = 0;          // 0 = the camera's own
  double deviation_angle_sigma = 0;  // radians; 0 = the camera stands on the ring exactly
  double deviation_shift_sigma = 0;  // camera distances
  double step_sigma = 0.3;           // of the change from one step to the next, as a share of the mean step
  double loss_scale = 2;             // of the Cauchy loss, in units of MapObservation::sigma_px
  int max_iterations = 30;
  double function_tolerance = 1e-5;
};

struct AdjustmentSummary {
  int observations = 0;
  double final_cost = 0;
};

// Moves `model`, the camera's focal, the poses and the points of `map` in place; `map` has one camera. Frames
// without a pose and observations that are no inliers take no part. Fails with kInsufficientData when there
// is none left, or the solver finds no usable step.
Result<AdjustmentSummary> AdjustSingleAxis(SingleAxisModel& model,
                                           sparse::SparseMap& map,
                                           const AdjustmentOptions& options);

}  // namespace rv::single_axis
