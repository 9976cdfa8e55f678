// Which captured frames a new picture is drawn from.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace rv::synthesis {

struct ChosenFrame {
  std::size_t index = 0;
  double weight = 0;  // all weights sum to 1
};

// `directions`: of the frames, from the orbit's center, unit length; at least two. `to`: of the new camera. The nearest
// frame, the nearest on the other side of the camera, and a third without weight for what both do not show. The web element
// follows the same rule between its views (viewer/web/turn.js); tests/synthesis/between_angles.json holds for both.
std::vector<ChosenFrame> ChooseFrames(const std::vector<Eigen::Vector3d>& directions,
                                      const Eigen::Vector3d& to);

}  // namespace rv::synthesis
