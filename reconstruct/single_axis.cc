#include "reconstruct/single_axis.h"

#include "base/log.h"
#include "base/statistics.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "reconstruct/single_axis/poses.h"
#include "reconstruct/sparse/finish_map.h"
#include "reconstruct/sparse/point_colors.h"
#include "reconstruct/sparse/track_refinement.h"
#include "reconstruct/sparse/unposed_frames.h"

namespace rv {
namespace {

std::string WhatItRestsOn(const single_axis::SingleAxisMap& fitted) {
  const single_axis::Evidence& e = fitted.evidence;
  std::string text =
      fitted.deviations ? "the cameras were placed near one ring: " : "the frames were placed on one turn: ";
  text += std::to_string(std::lround(100 * e.agreeing_share)) + " % of what can be followed agrees, " +
          std::to_string(std::lround(ToDegrees(e.turn_rad))) + " degrees in all";
  return text + (fitted.closed ? ", closed by matches a full turn apart" : "");
}

}  // namespace

Result<ReconstructResult> MapOnSingleAxis(const Sweep& sweep,
                                          const MatchedSweep& matched,
                                          const ReconstructOptions& options,
                                          const Progress& progress) {
  Stopwatch watch;
  single_axis::SingleAxisOptions how;
  how.focal_known = matched.focal_known;
  how.camera_known = matched.camera_known;
  how.still_camera = matched.matches.static_background;
  how.threads = options.threads;
  Result<single_axis::SingleAxisMap> fitted = single_axis::PoseOnSingleAxis(
      matched.features, matched.matches.pairs, matched.cameras, matched.camera_of, how, progress);
  if (!fitted) return Forward(fitted);
  if (!Report(progress, "mapping", 0.8)) return Cancelled();
  sparse::RefineTracks(fitted->map, matched.gray, {.threads = options.threads});
  const double px = single_axis::SingleAxisOptions::MaxErrorPx(fitted->map.cameras[0]);
  if (const Status adjusted = single_axis::FinalAdjustment(*fitted, how, 0.75 * px); !adjusted)
    return Forward(adjusted);
  const std::string why_not = single_axis::WhyNotSingleAxis(fitted->evidence, how.still_camera);
  if (!why_not.empty()) return Fail(ErrorCode::kInsufficientData, why_not, single_axis::kSingleAxisRemedy);
  LogVerbose(Text("single axis: ", fitted->evidence.posed, " posed, ", WhatItRestsOn(*fitted)));

  ReconstructResult result;
  result.timings = {.features_s = matched.features_s, .matching_s = matched.matching_s};
  result.reconstruction = sparse::FinishMap(sweep, fitted->map);
  if (const Status colored = sparse::ColorPoints(sweep, options.threads, result.reconstruction); !colored)
    return Forward(colored);
  result.findings = sparse::DescribeUnposed(sweep, fitted->map);
  result.findings.insert(result.findings.begin(), WhatItRestsOn(*fitted));
  result.reconstruction.turntable = matched.matches.static_background;
  result.timings.mapping_s = watch.Lap();
  return result;
}

}  // namespace rv
