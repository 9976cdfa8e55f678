// The height on the subject at which the virtual camera aims: where all views together show most. People
// frame an item with more room above than below, or the other way; a crop with the aim in its middle would
// lose that room.
#pragma once

#include <vector>

#include "reconstruct/spin/source_choice.h"

namespace rv::spin {

// `orbit` with its center moved by `height` (world units) along up; elevations and radii are measured anew.
Orbit RaiseCenter(const Reconstruction& reconstruction, const Orbit& orbit, double height);

// The height, at most a third of the subject's radius either way, by which the center should move so that the
// part of the plane through it that every view covers (from any of its `chosen` sources) has it, and the
// item's `box`, in the middle.
double BestHeight(const SpinGeometry& geometry,
                  const std::vector<SourceCamera>& sources,
                  const std::vector<std::vector<int>>& chosen,
                  const SubjectBox& box);

}  // namespace rv::spin
