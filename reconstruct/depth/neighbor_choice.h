// With which other frames a frame is compared. Internal to reconstruct/.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/depth/depth_frame.h"

namespace rv::depth {

// Up to four, on both sides where there are any: near enough to look alike, far enough to tell depths apart.
std::vector<std::size_t> ChooseNeighbors(const std::vector<DepthFrame>& frames,
                                         std::size_t of,
                                         const Eigen::Vector3d& center,
                                         const Eigen::Vector3d& up);

}  // namespace rv::depth
