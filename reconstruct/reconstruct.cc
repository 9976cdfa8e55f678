#include "reconstruct/reconstruct.h"

#include "base/log.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "reconstruct/incremental/final_adjustment.h"
#include "reconstruct/incremental/mapper.h"
#include "reconstruct/matched_sweep.h"
#include "reconstruct/matching/tracks.h"
#include "reconstruct/sparse/finish_map.h"
#include "reconstruct/sparse/point_colors.h"
#include "reconstruct/sparse/unposed_frames.h"

namespace rv {

using sparse::SparseMap;

Status ReconstructOptions::Validate() const {
  if (work_side_px < 160 || work_side_px > 8192)
    return Fail(ErrorCode::kInvalidArgument, Text("work_side_px must be 160 to 8192, got ", work_side_px),
                "leave it at its default");
  if (threads < 0) return Fail(ErrorCode::kInvalidArgument, "threads must not be negative", "use 0 for all");
  return {};
}

Result<ReconstructResult> MapSweep(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const ReconstructOptions& options,
                                   const Progress& progress) {
  return MapPairs(sweep, matched, matched.matches.pairs, options, progress);
}

Result<ReconstructResult> MapPairs(const Sweep& sweep,
                                   const MatchedSweep& matched,
                                   const std::vector<matching::TwoView>& pairs,
                                   const ReconstructOptions& options,
                                   const Progress& progress) {
  Stopwatch watch;
  ReconstructResult result;
  result.timings = {.features_s = matched.features_s, .matching_s = matched.matching_s};
  incremental::IncrementalOptions mapper;
  mapper.focal_known = matched.focal_known;
  mapper.camera_known = matched.camera_known;
  mapper.seed = options.seed;
  mapper.threads = mapper.filtering.threads = options.threads;
  const auto tracks = matching::BuildTracks(matched.features, pairs);
  LogVerbose(Text("mapping: ", tracks.size(), " tracks"));
  const sparse::SparseMap unposed =
      sparse::MakeMap(matched.features, tracks, matched.cameras, matched.camera_of);
  Result<sparse::SparseMap> map =
      incremental::MapFromSeveralStarts(unposed, matched.features, pairs, mapper, progress);
  if (!map) return Forward(map);
  result.timings.mapping_s = watch.Lap();
  LogVerbose(Text("grown: ", map->PosedCount(), " posed in ", Fixed(result.timings.mapping_s, 3), " s"));
  const Status adjusted = incremental::AdjustFinally(*map, matched.gray, mapper, progress);
  if (!adjusted) return Forward(adjusted);
  result.reconstruction = sparse::FinishMap(sweep, *map);
  if (const Status colored = sparse::ColorPoints(sweep, options.threads, result.reconstruction); !colored)
    return Forward(colored);
  result.findings = sparse::DescribeUnposed(sweep, *map);
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
