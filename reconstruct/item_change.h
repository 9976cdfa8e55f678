// Whether the poses are those of one item: hands that put one thing in the place of another, before surroundings that
// stay, give poses that fit well and say nothing about any item.
#pragma once

#include <vector>

#include "reconstruct/matched_sweep.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv {

// Frames before which another thing stands where the orbit's center is: there, what is seen round the center does not
// match across, though it does before and after, and the surroundings do. Ascending; empty where there is too little
// on the item to tell.
std::vector<int> FindItemChanges(const MatchedSweep& matched,
                                 const Reconstruction& reconstruction,
                                 const Orbit& orbit);

}  // namespace rv
