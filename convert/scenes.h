// An edited clip: which of its scenes the spin is made of.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/reconstruct.h"
#include "scene/sweep.h"

namespace rv::convert {

// Keeps the frames of one item where a clip cuts: scenes whose frames match each other count as one, and the one
// with most frames stays. What goes becomes an input that was left out, and `sweep.warnings` says where the clip
// cuts. A series of single pictures (a slide show) stays whole. Does nothing without cuts. Fails as MatchSweep.
Status KeepOneScene(const ReconstructOptions& options, const Progress& progress, Sweep& sweep);

// Leaves frames of another shape than most have out of the spin, and says when the shape changes: of a clip whose
// picture is turned in the middle. They are posed all the same. Call it last.
void KeepToOneShape(Sweep& sweep);

}  // namespace rv::convert
