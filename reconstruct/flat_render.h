// Draws the views of a flat spin. Internal to reconstruct/: shows OpenCV types, include it from .cc files
// only.
#pragma once

#include "reconstruct/exposure.h"
#include "reconstruct/flat_spin.h"
#include "reconstruct/flat_stabilise.h"

namespace rv::internal {

// Size in px of all views: the crop at the scale of the smallest source, at most `size_px` on the longest
// side, both sides even.
cv::Size ViewSize(const HeldFrames& held,
                  const SmallSweep& small,
                  const std::vector<int>& shown,
                  int size_px);

// One view from one frame: JPEG and provenance (all 1: every pixel lies inside the captured picture).
Result<View> DrawFlatView(const SweepFrame& frame,
                          const cv::Matx23d& held_from_canvas,
                          const CanvasFit& fit,
                          const cv::Rect2d& crop,
                          cv::Size size,
                          const Gain& gain,
                          int jpeg_quality);

}  // namespace rv::internal
