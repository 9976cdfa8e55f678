// Bundle adjustment of a SparseMap: least squares over reprojection errors in work px,
//   min sum rho(|project(camera, cam_from_world * X) - px|^2) + priors,
// with Ceres (Triggs et al., "Bundle Adjustment - A Modern Synthesis", 1999). One thread inside the solver,
// so that results are the same at any thread count.
#pragma once

#include <vector>

#include "base/result.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

struct BundleOptions {
  bool refine_focal = true;
  bool refine_distortion = true;
  bool refine_principal_point = false;
  // Prior on the principal point: standard deviation as a share of the picture's longer side.
  double principal_point_sigma = 0.01;
  // The same in px, x and y of every camera; empty: the share above.
  std::vector<Eigen::Vector2d> principal_point_sigma_px;
  // Prior on ln(focal) round the current value; 0 = none.
  double focal_sigma = 0;
  // Prior on k1 and k2 round 0; phone lenses are near 0 after correction.
  double distortion_sigma = 0.1;
  // Scale of the Cauchy loss in units of MapObservation::sigma_px; larger trusts outliers more.
  double loss_scale = 2;
  int max_iterations = 25;
  double function_tolerance = 1e-5;
  // At most about this many observations of a frame take part (long tracks first); 0 = all.
  int budget_per_frame = 0;
  // Empty: all posed frames move. Else only these, with the points they see; the rest is held.
  std::vector<int> free_frames;
};

struct BundleSummary {
  int observations = 0;
  int iterations = 0;
  double initial_cost = 0;
  double final_cost = 0;
};

// Moves poses, points and cameras in place. Fails with kInternal only when the solver finds no usable step.
Result<BundleSummary> AdjustBundle(SparseMap& map, const BundleOptions& options);

}  // namespace rv::sparse
