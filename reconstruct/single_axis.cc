#include "reconstruct/single_axis.h"

#include "base/log.h"
#include "base/statistics.h"
#include "base/stopwatch.h"
#include "reconstruct/single_axis/poses.h"
#include "reconstruct/sparse/finish_map.h"
#include "reconstruct/sparse/map_findings.h"
#include "reconstruct/sparse/point_colors.h"
#include "reconstruct/sparse/track_refinement.h"

namespace rv {
namespace {

std::string WhatItRestsOn(const single_axis::SingleAxisMap& circle) {
  const single_axis::Evidence& e = circle.evidence;
  std::string text =
      circle.deviations ? "the cameras were placed near one ring: " : "the frames were placed on one turn: ";
  text += std::to_string(std::lround(100 * e.agreeing_share)) + " % of what can be followed agrees, " +
          std::to_string(std::lround(ToDegrees(e.turn_rad))) + " degrees in all";
  return text + (circle.closed ? ", closed by matches a full turn apart" : "");
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
  Result<single_axis::SingleAxisMap> circle = single_axis::PoseOnSingleAxis(
      matched.features, matched.matches.pairs, matched.cameras, matched.camera_of, how, progress);
  if (!circle) return Forward(circle);
  if (!Report(progress, "mapping", 0.8)) return Cancelled();
  sparse::RefineTracks(circle->map, matched.gray, {.threads = options.threads});
  const double px = single_axis::SingleAxisOptions::MaxErrorPx(circle->map.cameras[0]);
  if (const Status settled = single_axis::FinalAdjustment(*circle, how, 0.75 * px); !settled)
    return Forward(settled);
  const std::string why_not = single_axis::WhyNotSingleAxis(circle->evidence, how.still_camera);
  if (!why_not.empty()) return Fail(ErrorCode::kInsufficientData, why_not, single_axis::kSingleAxisRemedy);
  LogVerbose("circle: " + std::to_string(circle->evidence.posed) + " posed, " + WhatItRestsOn(*circle));

  ReconstructResult result;
  result.timings = {.features_s = matched.features_s, .matching_s = matched.matching_s};
  result.reconstruction = sparse::FinishMap(sweep, circle->map);
  if (const Status colored = sparse::ColorPoints(sweep, options.threads, result.reconstruction); !colored)
    return Forward(colored);
  result.findings = sparse::DescribeUnposed(result.reconstruction);
  result.findings.insert(result.findings.begin(), WhatItRestsOn(*circle));
  result.reconstruction.turntable = matched.matches.static_background;
  result.timings.mapping_s = watch.Lap();
  return result;
}

}  // namespace rv
