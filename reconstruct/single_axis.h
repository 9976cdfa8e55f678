// Tier 2: poses constrained to a turn about one axis, from the matches that general mapping was tried on.
#pragma once

#include "reconstruct/matched_sweep.h"
#include "reconstruct/reconstruct.h"

namespace rv {

// Poses the frames under single-axis motion (reconstruct/single_axis/model.h). `world` is the item's frame, y up
// along the axis, 1 = the cameras' distance. `findings` say what the angles rest on. Fails with
// kInsufficientData when the frames do not show one item turning about one axis, kCorrupt when a picture does
// not decode, kCancelled. Stage: "mapping".
Result<ReconstructResult> MapOnSingleAxis(const Sweep& sweep,
                                          const MatchedSweep& matched,
                                          const ReconstructOptions& options,
                                          const Progress& progress);

}  // namespace rv
