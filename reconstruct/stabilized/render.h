// Draws the views of a stabilized spin. Internal to reconstruct/: shows OpenCV types, include it from .cc
// files only.
#pragma once

#include "reconstruct/exposure/gain.h"
#include "reconstruct/stabilized/stabilize.h"
#include "reconstruct/stabilized/stabilized_options.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::stabilized {

// Size of all views, px: the crop at the scale of the smallest source, the longest side at most `size_px`,
// both sides even.
cv::Size ViewSize(const HeldFrames& held,
                  const motion::SmallSweep& small,
                  const std::vector<int>& shown,
                  int size_px);

// How one frame becomes a view.
struct ViewTransform {
  motion::CanvasFit fit;         // of the frame
  cv::Matx23d held_from_canvas;  // of the frame
  cv::Rect2d crop;               // of all views, in held coordinates
  cv::Size size;                 // of all views, px
  exposure::Gain gain;           // of the frame
};

// One view from one frame: JPEG and provenance (all 1, because every pixel lies inside the captured picture).
Result<View> DrawStabilizedView(const SweepFrame& frame, const ViewTransform& transform, int jpeg_quality);

}  // namespace rv::stabilized
