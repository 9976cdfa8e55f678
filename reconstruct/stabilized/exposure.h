// Exposure and white balance of the frames of a stabilized spin. Internal to reconstruct/: shows OpenCV
// types, include it from .cc files only.
#pragma once

#include "reconstruct/exposure/gain.h"
#include "reconstruct/motion/measure.h"

namespace rv::stabilized {

// Linear-light gains, one per frame of the sweep. With a static background its own colors are the reference;
// otherwise the colors of pixels that dense motion joins between neighbors, where the flow is usable.
std::vector<exposure::Gain> StabilizedGains(const motion::MotionMeasurements& measured,
                                            const SweepMotion& motion);

}  // namespace rv::stabilized
