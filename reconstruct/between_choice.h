// Which frames of a clip join its map afterwards: of all that were decoded, those that stand where a view is drawn from.
#pragma once

#include <vector>

#include "reconstruct/spin/spin_options.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv {

// Numbers (sorted) of the candidates that are clearly nearer to a stop of the spin's path than any frame of the ring, one
// a stop. Only of those between two frames of the ring that are neighbors in the sweep, a few degrees apart, without a
// cut between them, and not clearly blurrier than what is shown without them; where each stands is interpolated.
std::vector<int> ChooseFramesBetween(const Sweep& sweep,
                                     const Reconstruction& reconstruction,
                                     const Orbit& orbit,
                                     const std::vector<ClipCandidate>& candidates,
                                     const SpinOptions& options);

}  // namespace rv
