// What a set of ring frames covers of the turn.
#pragma once

#include <vector>

#include "reconstruct/orbit/orbit_ring.h"

namespace rv::orbit {

// Indices of the members, sorted by azimuth.
std::vector<int> ByAzimuth(const std::vector<RingFrame>& frames, const std::vector<bool>& member);

// steps[k] leads from order[k] counter-clockwise to order[k + 1], the last one back to the first; the sum is
// 2 pi.
std::vector<double> CircularSteps(const std::vector<RingFrame>& frames, const std::vector<int>& order);

// The longest piece of these members between holes. What it covers is what usable frames show; other members
// belong to it where it passes them.
Ring RingOf(const std::vector<RingFrame>& frames,
            const std::vector<bool>& member,
            const OrbitOptions& options);

}  // namespace rv::orbit
