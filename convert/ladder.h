// The tier ladder: a valid clip always yields a spin, on the highest rung that its pictures carry, and says
// why it is not a higher one.
//   1  full 3D path: poses, orbit, virtual path, warped views
//   2  orbit-constrained poses: the item turns about one axis, or the camera goes round it on a smooth ring
//   3  2D subject stabilization, no poses
//   4  evenly picked raw frames
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "capture/clip_frames.h"
#include "convert/convert_options.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::convert {

// The spin of the highest rung that carries, without the frames' pictures (SourceFrame::image); its receipt
// holds what every rung that was tried found. `options` are taken as they are: threads and keep_sources of
// the stages. Frames of `clip` that views are drawn from join the sweep (SweepFrame::after_mapping). Fails with kInsufficientData when not even the lowest rung holds (one photo, unrelated photos),
// kCancelled, or with the error of a stage that says anything but "insufficient data".
Result<RotatingView> BuildOnLadder(Sweep& sweep,
                                   const ConvertOptions& options,
                                   const std::optional<ClipFrames>& clip,
                                   const Progress& progress);

}  // namespace rv::convert
