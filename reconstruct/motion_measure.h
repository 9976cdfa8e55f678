// Everything that the motion analysis and the flat tiers measure on the small pictures.
// Internal to reconstruct/: shows OpenCV types, include it from .cc files only.
#pragma once

#include "reconstruct/motion.h"
#include "reconstruct/motion_flow.h"
#include "reconstruct/motion_frames.h"
#include "reconstruct/motion_match.h"
#include "reconstruct/motion_static.h"
#include "reconstruct/motion_turn.h"
#include "reconstruct/subject_region.h"

namespace rv::internal {

struct Measured {
  SmallSweep small;
  std::vector<PairFlow> flow;
  MatchReport matches;
  StaticTest still;
  SubjectRegions subject;
  std::vector<SubjectBox> boxes;
  std::vector<TurnSample> turns;
};

// Errors as AnalyseMotion.
Result<Measured> MeasureSweep(const Sweep& sweep, const MotionOptions& options, const Progress& progress);

// The conclusions of AnalyseMotion.
SweepMotion JudgeMotion(const Sweep& sweep, const Measured& measured, int threads);

}  // namespace rv::internal
