// The axis of the orbit: the likeliest up by all that tells it (up_evidence.h), and how certain it is.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/orbit/orbit_center.h"
#include "scene/reconstruction.h"

namespace rv::orbit {

struct UpEstimate {
  Eigen::Vector3d up = Eigen::Vector3d::UnitY();  // unit, in world
  double sigma = 0;  // standard deviation in the least certain direction, radians
  std::vector<int>
      quarter_turns;  // one for each of `posed`: 0 upright, 1 to 3 for pictures that lie otherwise
};

// `posed`: indices of the posed frames in capture order, at least two.
UpEstimate EstimateUp(const Reconstruction& reconstruction,
                      const std::vector<int>& posed,
                      const SubjectEstimate& subject);

}  // namespace rv::orbit
