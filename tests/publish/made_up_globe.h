// A globe with a smooth print before a plain wall, seen from a ring: views whose pixels, depth and mattes are known at every
// angle, between the views too.
#pragma once

#include "scene/rotating_view.h"

namespace rv::testing {

inline constexpr double kGlobeRadius = 0.3;  // object units; the ring's radius is 1

// Side x side px, from an azimuth of the ring, degrees.
Image DrawGlobe(double azimuth_deg, int side);

// `views` of a whole turn (or of `arc_deg` from 0), PNG, each with depth and matte.
RotatingView MakeUpGlobe(int views, int side, double arc_deg = 360);

}  // namespace rv::testing
