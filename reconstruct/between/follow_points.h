// Points of a map followed from one picture into the next. After Lucas and Kanade in image pyramids (Bouguet, "Pyramidal
// implementation of the Lucas Kanade feature tracker", 2001, as in OpenCV), forth and back.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "scene/image.h"

namespace rv::between {

struct PointSeen {
  std::uint32_t point = 0;
  Eigen::Vector2d px;  // work px, (0.5, 0.5) = center of the first pixel
};

// `from`, `to`: 1 channel, of one size. `seen`: in `from`; `guess[i]`: about where seen[i] is in `to`. Those that do not
// come back to where they were are missing.
std::vector<PointSeen> FollowPoints(const Image& from,
                                    const Image& to,
                                    const std::vector<PointSeen>& seen,
                                    const std::vector<Eigen::Vector2d>& guess);

}  // namespace rv::between
