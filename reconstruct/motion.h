// What kind of capture a sweep is, told from the apparent motion of its pictures alone, before or without
// poses: does the background stand still, how far does the subject turn between frames, does the picture come
// back.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/motion/sweep_motion.h"
#include "scene/sweep.h"

namespace rv {

// Measures on pictures of `side_px`. Needs two frames (kInsufficientData else, with a remedy); frames that
// show nothing in common are not an error here but `kind` kUnrelated. Fails also with kCancelled, and
// kCorrupt when a stored picture does not decode. Direction: a camera that goes round counter-clockwise seen
// from above (or an item that turns clockwise) makes the front of the item move to the LEFT in the picture.
Result<SweepMotion> AnalyzeMotion(const Sweep& sweep, const MotionOptions& options, const Progress& progress);

}  // namespace rv
