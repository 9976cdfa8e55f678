// The item's outline of a captured frame, carried by depth into a virtual camera.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::picture {

// Outlines of captured frames in space: each outline pixel of the frame's matte at the depth of the sparse point of the item
// that is nearest to it in the picture.
class CarriedOutlines {
 public:
  // `view`: with poses. The asset's mattes are decoded on demand.
  explicit CarriedOutlines(const RotatingView& view);
  // Object frame; empty where the frame has no pose, no matte or no point of the item.
  Result<std::vector<Eigen::Vector3d>> Of(std::size_t source) const;
  // cam_from_object of a captured frame, which has a pose.
  Rigid3 CameraOf(std::size_t source) const;

 private:
  const RotatingView& view_;
  std::vector<std::vector<std::pair<Eigen::Vector2d, Eigen::Vector3d>>>
      seen_;  // per source: px, object frame
};

// Azimuth and height of a camera about the object's axis, degrees.
struct Direction {
  double azimuth_deg = 0, height_deg = 0;
};
Direction DirectionOf(const Rigid3& cam_from_object);
bool Within(const Direction& a, const Direction& b, double degrees);

}  // namespace rv::picture
