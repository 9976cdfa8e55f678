// What a capture that hardly goes round the item is.
#pragma once

#include <string>

#include "reconstruct/matched_sweep.h"
#include "scene/orbit.h"

namespace rv::convert {

// How far all posed cameras went round, degrees, at most 360: an orbit's arc is that of its ring alone.
double WayDegrees(const Orbit& orbit);

bool StandsStill(const Orbit& orbit);

// "the camera comes nearer instead of going round the item (2 degrees)"
std::string DescribeShortArc(const Orbit& orbit);

// Whether nearly every frame matches the next one well: what such a capture does not show, it does not show.
bool MatchedThroughout(const MatchedSweep& matched);

}  // namespace rv::convert
