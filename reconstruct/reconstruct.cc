#include "reconstruct/reconstruct.h"

#include "reconstruct/final_adjustment.h"
#include "reconstruct/finish_map.h"
#include "reconstruct/map_findings.h"
#include "reconstruct/mapper.h"
#include "reconstruct/matched_sweep.h"
#include "reconstruct/point_colours.h"
#include "reconstruct/stopwatch.h"
#include "reconstruct/tracks.h"
#include "scene/log.h"

namespace rv {

using internal::SparseMap;

Status ReconstructOptions::Validate() const {
  if (work_side_px < 160 || work_side_px > 8192)
    return Fail(ErrorCode::kInvalidArgument,
                "work_side_px must be 160 to 8192, got " + std::to_string(work_side_px),
                "leave it at its default");
  if (threads < 0) return Fail(ErrorCode::kInvalidArgument, "threads must not be negative", "use 0 for all");
  return {};
}

Result<ReconstructResult> MapSweep(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const ReconstructOptions& options,
                                   const Progress& progress) {
  internal::Stopwatch watch;
  ReconstructResult result;
  result.timings = {.features_s = matched.features_s, .matching_s = matched.matching_s};
  internal::MapperOptions mapper;
  mapper.focal_known = matched.focal_known;
  mapper.camera_known = matched.camera_known;
  mapper.seed = options.seed;
  mapper.threads = mapper.upkeep.threads = options.threads;
  const auto tracks = internal::BuildTracks(matched.features, matched.matches.pairs);
  LogVerbose("mapping: " + std::to_string(tracks.size()) + " tracks");
  const SparseMap unposed = internal::MakeMap(matched.features, tracks, matched.cameras, matched.camera_of);
  Result<SparseMap> map =
      internal::GrowMap(unposed, matched.features, matched.matches.pairs, mapper, progress);
  if (!map) return Forward(map);
  result.timings.mapping_s = watch.Lap();
  LogVerbose("grown: " + std::to_string(map->PosedCount()) + " posed in " +
             std::to_string(result.timings.mapping_s) + " s");
  const Status adjusted = internal::AdjustFinally(*map, matched.grey, mapper, progress);
  if (!adjusted) return Forward(adjusted);
  result.reconstruction = internal::FinishMap(sweep, *map);
  if (const Status coloured = internal::ColourPoints(sweep, options.threads, result.reconstruction);
      !coloured)
    return Forward(coloured);
  result.findings = internal::DescribeUnposed(result.reconstruction);
  result.reconstruction.turntable = matched.matches.static_background;
  result.timings.mapping_s += watch.Lap();
  return result;
}

Result<ReconstructResult> ReconstructSweep(const Sweep& sweep,
                                           const ReconstructOptions& options,
                                           const Progress& progress) {
  const Result<MatchedSweep> matched = MatchSweep(sweep, options, progress);
  if (!matched) return Forward(matched);
  return MapSweep(sweep, *matched, options, progress);
}

}  // namespace rv
