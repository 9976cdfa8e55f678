// The axis of the orbit: the unit vector most nearly normal to the cameras' horizontal image axes and to the
// plane of their positions.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "scene/reconstruction.h"

namespace rv::orbit {

// Up in world. Horizontal image axes are x, or y when the cameras travel along y (pictures lying on their
// side). `posed`: indices of the posed frames in capture order, at least two; `center` decides the sign when
// the cameras' own up does not.
Eigen::Vector3d EstimateUp(const Reconstruction& reconstruction,
                           const std::vector<int>& posed,
                           const Eigen::Vector3d& center);

}  // namespace rv::orbit
