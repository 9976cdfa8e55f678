#include "reconstruct/motion.h"

#include "base/options.h"
#include "reconstruct/motion/conclusions.h"
#include "reconstruct/motion/measure.h"

namespace rv {

std::string_view CaptureMotionName(CaptureMotion kind) {
  switch (kind) {
    case CaptureMotion::kWalkRound:
      return "walk round";
    case CaptureMotion::kTurntable:
      return "turntable";
    case CaptureMotion::kRotationInPlace:
      return "rotation in place";
    case CaptureMotion::kPanAlongPlane:
      return "pan along a plane";
    case CaptureMotion::kStill:
      return "still";
    case CaptureMotion::kUnrelated:
      return "unrelated";
  }
  return "unknown";
}

Status MotionOptions::Validate() const {
  if (threads < 0) return Fail(ErrorCode::kInvalidArgument, "threads must not be negative");
  if (side_px < 160 || side_px > 1024) return FieldOutOfRange("side_px", side_px, "160 to 1024");
  return {};
}

Result<SweepMotion> AnalyzeMotion(const Sweep& sweep,
                                  const MotionOptions& options,
                                  const Progress& progress) {
  const Result<motion::MotionMeasurements> measured = motion::MeasureMotion(sweep, options, progress);
  if (!measured) return Forward(measured);
  SweepMotion motion = motion::ClassifyMotion(sweep, *measured, options.threads);
  if (!Report(progress, "motion", 1)) return Cancelled();
  return motion;
}

}  // namespace rv
