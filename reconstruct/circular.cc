#include "reconstruct/circular.h"

#include "reconstruct/circular_poses.h"
#include "reconstruct/finish_map.h"
#include "reconstruct/map_findings.h"
#include "reconstruct/point_colours.h"
#include "reconstruct/statistics.h"
#include "reconstruct/stopwatch.h"
#include "reconstruct/track_refinement.h"
#include "scene/log.h"

namespace rv {
namespace {

std::string WhatItRestsOn(const internal::CircularMap& circle) {
  const internal::CircularEvidence& e = circle.evidence;
  std::string text =
      circle.wobbles ? "the cameras were placed near one ring: " : "the frames were placed on one turn: ";
  text += std::to_string(std::lround(100 * e.agreeing_share)) + " % of what can be followed agrees, " +
          std::to_string(std::lround(internal::ToDegrees(e.turn_rad))) + " degrees in all";
  return text + (circle.closed ? ", closed by matches a full turn apart" : "");
}

}  // namespace

Result<ReconstructResult> MapOnCircle(const Sweep& sweep,
                                      const MatchedSweep& matched,
                                      const ReconstructOptions& options,
                                      const Progress& progress) {
  internal::Stopwatch watch;
  internal::CircularOptions how;
  how.focal_known = matched.focal_known;
  how.camera_known = matched.camera_known;
  how.still_camera = matched.matches.static_background;
  how.threads = options.threads;
  Result<internal::CircularMap> circle = internal::PoseOnCircle(
      matched.features, matched.matches.pairs, matched.cameras, matched.camera_of, how, progress);
  if (!circle) return Forward(circle);
  if (!Report(progress, "mapping", 0.8)) return Cancelled();
  internal::RefineTracks(circle->map, matched.grey, {.threads = options.threads});
  const double px = internal::CircularOptions::MaxErrorPx(circle->map.cameras[0]);
  if (const Status settled = internal::SettleCircle(*circle, how, 0.75 * px); !settled)
    return Forward(settled);
  const std::string why_not = internal::WhyNotCircular(circle->evidence, how.still_camera);
  if (!why_not.empty()) return Fail(ErrorCode::kInsufficientData, why_not, internal::kCircularRemedy);
  LogVerbose("circle: " + std::to_string(circle->evidence.posed) + " posed, " + WhatItRestsOn(*circle));

  ReconstructResult result;
  result.timings = {.features_s = matched.features_s, .matching_s = matched.matching_s};
  result.reconstruction = internal::FinishMap(sweep, circle->map);
  if (const Status coloured = internal::ColourPoints(sweep, options.threads, result.reconstruction);
      !coloured)
    return Forward(coloured);
  result.findings = internal::DescribeUnposed(result.reconstruction);
  result.findings.insert(result.findings.begin(), WhatItRestsOn(*circle));
  result.reconstruction.turntable = matched.matches.static_background;
  result.timings.mapping_s = watch.Lap();
  return result;
}

}  // namespace rv
