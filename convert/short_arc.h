// What a capture that hardly goes round the item is, and the angle that may be claimed of it.
#pragma once

#include <string>

#include "scene/orbit.h"
#include "scene/rotating_view.h"

namespace rv::convert {

// "the camera comes nearer instead of going round the item (2 degrees)"
std::string DescribeShortArc(const Orbit& orbit);

// Where the cameras' positions are known, a spin without poses shows no more of the turn than they went round: its
// nominal azimuths are drawn together. `arc_deg`: of the positions.
void ClaimAtMost(double arc_deg, RotatingView& view);

}  // namespace rv::convert
