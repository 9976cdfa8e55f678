// Classifies a sweep by the measurements of its motion: the kind of capture, its turns and its breaks.
// Internal to reconstruct/: shows OpenCV types, include it from .cc files only.
#pragma once

#include "reconstruct/motion/measure.h"
#include "reconstruct/motion/sweep_motion.h"
#include "scene/sweep.h"

namespace rv::motion {

// The classification that AnalyzeMotion returns.
SweepMotion ClassifyMotion(const Sweep& sweep, const MotionMeasurements& measured, int threads);

}  // namespace rv::motion
