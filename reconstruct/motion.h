// Classifies a capture by the apparent motion of its pictures alone, before or without poses: whether the
// background is static, how far the subject turns between frames, whether the picture comes back.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/motion/sweep_motion.h"
#include "scene/sweep.h"

namespace rv {

// Measures on pictures of `side_px`. Frames that show nothing in common are not an error: `kind` is then
// kUnrelated. Direction: with a camera that moves counter-clockwise seen from above (or an item that turns
// clockwise), the front of the item moves to the LEFT in the picture.
//
// Fails with kInsufficientData (and a remedy) for fewer than two frames, kCorrupt when a stored picture does
// not decode, kCancelled.
Result<SweepMotion> AnalyzeMotion(const Sweep& sweep, const MotionOptions& options, const Progress& progress);

}  // namespace rv
