#include "reconstruct/motion/measure.h"

#include <utility>

#include "base/text.h"

namespace rv::motion {
namespace {

Result<MotionMeasurements> MeasureAll(const Sweep& sweep,
                                      const MotionOptions& options,
                                      const Progress& progress) {
  MotionMeasurements m;
  Result<SmallSweep> small = LoadSmall(sweep, options.side_px, options.threads, progress);
  if (!small) return Forward(small);
  m.small = std::move(*small);
  Result<std::vector<PairFlow>> flow = NeighborFlow(m.small, options.threads, progress);
  if (!flow) return Forward(flow);
  m.flow = std::move(*flow);
  Result<MatchReport> matches = MatchFrames(m.small, m.flow, options.threads, progress);
  if (!matches) return Forward(matches);
  m.matches = std::move(*matches);
  m.still = TestStaticBackground(m.small);
  m.subject = FindSubject(m.small, m.flow, m.still.still_background, options.threads);
  for (const cv::Mat& mask : m.subject.mask) m.boxes.push_back(MeasureBox(mask));
  m.turns = MeasureTurn(m.small, m.flow, m.subject.mask, m.boxes, options.threads);
  return m;
}

}  // namespace

Result<MotionMeasurements> MeasureMotion(const Sweep& sweep,
                                         const MotionOptions& options,
                                         const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  const std::size_t count = sweep.frames.size();
  if (count < 2)
    return Fail(ErrorCode::kInsufficientData,
                Text(sweep.source_name, " has ", count == 0 ? "no usable frame" : "one usable frame",
                     "; a spin needs at least two"),
                "show the item from all sides: at least 24 photos round it, or a clip");
  try {
    return MeasureAll(sweep, options, progress);
  } catch (const cv::Exception& e) {
    return Fail(ErrorCode::kInternal, Text("motion analysis of ", sweep.source_name, ": ", e.what()));
  }
}

}  // namespace rv::motion
