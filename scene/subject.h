// The item as all stages see it: its hull in space, and a matte for each frame that was looked at.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "scene/image.h"

namespace rv {

struct Subject {
  bool known = false;   // false: nothing below is to be relied on
  bool placed = false;  // seen from all sides: the hull is the item's and not drawn out in depth
  // Of the hull: on its axis, half-way up; and of the sphere about it. World.
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  double radius = 0;
  std::vector<Eigen::Vector3d> surface;  // points of the hull's surface, about `cell` apart, world
  double cell = 0;
  // Per frame of the sweep; PNG of 1 channel, 255 = item, of the frame's shape but smaller; empty where not looked at.
  std::vector<EncodedImage> mattes;
  std::vector<double>
      confidence;  // of each matte, 0 to 1: how far it and the hull agree (intersection over union)
};

}  // namespace rv
