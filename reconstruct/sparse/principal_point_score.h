// A score test (Rao, 1948) of the principal points of an adjusted map in which they were held: how far one
// step of a bundle adjustment with all parameters free would move them, and how much that step varies between
// parts of the data (the cluster-robust covariance of Liang and Zeger, Biometrika 1986).
#pragma once

#include <Eigen/Core>
#include <vector>

#include "base/result.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

struct PrincipalPointScore {
  Eigen::VectorXd step_px;       // x, y of every camera in turn; 0 where no posed frame has the camera
  Eigen::VectorXd variance_px2;  // of `step_px`, from the differences between groups
  Eigen::VectorXd naive_px2;     // the variance if all observations were independent
  double gain = 0;               // what the step takes off the adjustment's cost, as far as it is quadratic
};

// `group_of`: group of each point, 0 to groups - 1; points of group -1 take no part. The sweep is cut into as
// many segments of frames: what errs by frame (rolling shutter, shake) differs between those. `loss_scale`:
// of the Cauchy loss that `map` was adjusted with. Fails with kInsufficientData when the map does not fix its
// poses.
Result<PrincipalPointScore> ScorePrincipalPoints(const SparseMap& map,
                                                 double loss_scale,
                                                 const std::vector<int>& group_of,
                                                 int groups);

}  // namespace rv::sparse
