// Draws the views of a flat spin. Internal to reconstruct/: shows OpenCV types, include it from .cc files
// only.
#pragma once

#include "reconstruct/exposure/gain.h"
#include "reconstruct/stabilized/stabilize.h"
#include "reconstruct/stabilized/stabilized_options.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::stabilized {

// Size in px of all views: the crop at the scale of the smallest source, at most `size_px` on the longest
// side, both sides even.
cv::Size ViewSize(const HeldFrames& held,
                  const motion::SmallSweep& small,
                  const std::vector<int>& shown,
                  int size_px);

// One view from one frame: JPEG and provenance (all 1: every pixel lies inside the captured picture).
Result<View> DrawStabilizedView(const SweepFrame& frame,
                                const cv::Matx23d& held_from_canvas,
                                const motion::CanvasFit& fit,
                                const cv::Rect2d& crop,
                                cv::Size size,
                                const exposure::Gain& gain,
                                int jpeg_quality);

}  // namespace rv::stabilized
