// Spins without camera poses, for captures that cannot be posed: glossy or plain items, wide turntable steps,
// rotations in place, walls.
//
// Tier 3: each view is one captured frame, moved by a similarity (shift, scale, small roll) that holds the
// subject still, picked evenly by the apparent turn rather than by time. Tier 4: evenly picked frames,
// cropped only. Azimuths are nominal in both: they come from the apparent turn of the picture, and the
// receipt says so.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/stabilized/stabilized_options.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv {

// Builds a tier 3 or 4 asset; `tier_reason` and the receipt's findings say why it is no better. Views are
// stored counter-clockwise: a closed turn starts with the first captured frame at azimuth 0; an open arc
// starts at its counter-clockwise start, whose azimuth is negative where the capture went clockwise. A second
// turn, and the way back of an out-and-back capture, give no views.
//
// Fails with kInsufficientData for fewer than two frames and for frames that do not show one thing (two
// frames of one thing always give a spin), kCorrupt when a frame does not decode, kCancelled. Stages:
// "motion", "views".
Result<RotatingView> BuildStabilizedSpin(const Sweep& sweep,
                                         const StabilizedSpinOptions& options,
                                         const Progress& progress);

}  // namespace rv
