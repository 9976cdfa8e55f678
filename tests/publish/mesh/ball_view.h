// An asset whose item is an ellipsoid with a dent in its side, seen from a ring of cameras, exact to rounding.
#pragma once

#include <Eigen/Core>

#include "publish/mesh/iso_surface.h"
#include "scene/rotating_view.h"

namespace rv::testing {

inline constexpr double kBallRadii[3] = {0.5, 0.35, 0.4};

// About how far outside the item a point of the object frame is; negative inside. The dent is a ball about
// (0, 0, 0.45) of radius 0.2.
double BallDistance(const Eigen::Vector3d& in_object);

// 24 frames and 36 views from 20 degrees above; +X is red, -X blue, +Z green, -Z yellow. The object frame is turned, scaled and
// shifted against world. Made once.
const RotatingView& BallView();

// A ball's signed distances in a small grid, optionally with a second, smaller one beside it.
mesh::Volume BallVolume(float radius, bool with_crumb = false);

}  // namespace rv::testing
