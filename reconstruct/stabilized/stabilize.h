// Similarities that hold the subject still in the picture, and the crop that they leave.
// Internal to reconstruct/: shows OpenCV types, include it from .cc files only.
#pragma once

#include <vector>

#include "reconstruct/motion/measure.h"
#include "scene/sweep.h"

namespace rv::stabilized {

struct HeldFrames {
  // per frame of the sweep: where canvas pixels go; identity = as filmed
  std::vector<cv::Matx23d> held_from_canvas;
  cv::Rect2d crop;           // in held coordinates, covered by every frame in `shown`
  double strength = 1;       // share of the wanted correction that the pictures' margins allow
  double largest_shift = 0;  // of the subject's center, share of the canvas width
};

// In front of a fixed camera the axis of the turn is fixed in the picture: only the first harmonic of the
// subject's position (an item off the axis swings once a turn) is removed, and only from closed turns.
// Otherwise the slow part of the path comes from the subject's outline, where it is known, and the fast part
// (shake) from the accumulated similarity of its dense motion.
HeldFrames HoldSubject(const motion::MotionMeasurements& measured,
                       const SweepMotion& motion,
                       const std::vector<int>& shown);

// As filmed: identity, and the whole canvas as crop.
HeldFrames AsFilmed(const motion::MotionMeasurements& measured);

}  // namespace rv::stabilized
