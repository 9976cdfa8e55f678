// Everything that the motion analysis and the stabilized tiers measure on the small pictures.
// Internal to reconstruct/: shows OpenCV types, include it from .cc files only.
#pragma once

#include "reconstruct/motion/flow.h"
#include "reconstruct/motion/frames.h"
#include "reconstruct/motion/match.h"
#include "reconstruct/motion/static_background.h"
#include "reconstruct/motion/subject_region.h"
#include "reconstruct/motion/sweep_motion.h"
#include "reconstruct/motion/turn.h"

namespace rv::motion {

struct MotionMeasurements {
  SmallSweep small;
  std::vector<PairFlow> flow;
  MatchReport matches;
  StaticTest still;
  SubjectRegions subject;
  std::vector<MaskBox> boxes;
  std::vector<TurnSample> turns;
};

// Errors as AnalyzeMotion.
Result<MotionMeasurements> MeasureMotion(const Sweep& sweep,
                                         const MotionOptions& options,
                                         const Progress& progress);

}  // namespace rv::motion
