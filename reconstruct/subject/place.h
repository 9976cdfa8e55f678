// Where the item is looked for.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "reconstruct/orbit/support_plane.h"

namespace rv::subject {

struct SearchPlace {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();  // in world
  Eigen::Vector3d up = Eigen::Vector3d::UnitY();     // unit
  double radius = 1;                                 // of the sphere that is thought to hold the item
  double distance = 1;                               // of the cameras
  std::optional<orbit::SupportPlane> support;        // that the item stands on
  std::optional<orbit::SupportPlane> surface;  // the same, or one that is seen farther from the item only
};

}  // namespace rv::subject
