#include "reconstruct/given_poses.h"

#include <algorithm>

#include "base/log.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "reconstruct/incremental/final_adjustment.h"
#include "reconstruct/matched_sweep.h"
#include "reconstruct/matching/tracks.h"
#include "reconstruct/sparse/finish_map.h"
#include "reconstruct/sparse/map_filtering.h"
#include "reconstruct/sparse/point_colors.h"

namespace rv {
namespace {

constexpr int kLeastPoses = 3;
constexpr double kMostErrorPx = 4,
                 kLeastAngle = 0.026;  // of a point: reprojection; 1.5 degrees between its rays
constexpr double kLeastAgreement = 0.25;
constexpr int kLeastObservations = 12;  // a posed frame, in the mean

// The map with the given poses and no points. Cameras are given ones where there are, one for frames that share it.
sparse::SparseMap PosedMap(const Sweep& sweep, const MatchedSweep& matched) {
  std::vector<Camera> cameras;
  std::vector<int> camera_of;
  for (std::size_t f = 0; f < sweep.frames.size(); ++f) {
    const std::optional<PosePrior>& prior = sweep.frames[f].pose_prior;
    Camera camera = matched.cameras[static_cast<std::size_t>(matched.camera_of[f])];
    if (prior && prior->camera) camera = prior->camera->Scaled(matched.gray[f].width, matched.gray[f].height);
    const auto known = std::find(cameras.begin(), cameras.end(), camera);
    camera_of.push_back(static_cast<int>(known - cameras.begin()));
    if (known == cameras.end()) cameras.push_back(camera);
  }
  const auto tracks = matching::BuildTracks(matched.features, matched.matches.pairs);
  sparse::SparseMap map = sparse::MakeMap(matched.features, tracks, cameras, camera_of);
  for (std::size_t f = 0; f < sweep.frames.size(); ++f) {
    const std::optional<PosePrior>& prior = sweep.frames[f].pose_prior;
    map.frames[f].posed = prior.has_value();
    if (prior) map.frames[f].cam_from_world = prior->cam_from_world;
  }
  return map;
}

// Share of what the frames see of tracks through three and more of them that agrees with the poses. Two wrong poses often
// agree by chance on where a point is, three hardly.
double Agreement(const sparse::SparseMap& map) {
  std::size_t seen = 0, agreed = 0;
  for (const sparse::MapPoint& point : map.points) {
    std::size_t posed = 0, inliers = 0;
    for (const sparse::MapObservation& observation : point.track) {
      posed += map.frames[static_cast<std::size_t>(observation.frame)].posed;
      inliers += observation.inlier;
    }
    if (posed < 3) continue;
    seen += posed;
    agreed += point.valid && inliers >= 3 ? inliers : 0;
  }
  return seen > 0 ? static_cast<double>(agreed) / static_cast<double>(seen) : 0;
}

int Triangulate(sparse::SparseMap& map, int threads) {
  sparse::RetriangulateMap(map, kMostErrorPx, kLeastAngle, threads);
  sparse::FilterMap(map, kMostErrorPx, kLeastAngle, threads);
  sparse::RefinePoints(map, threads);
  return sparse::FilterMap(map, kMostErrorPx, kLeastAngle, threads);
}

Result<ReconstructResult> Map(const Sweep& sweep,
                              const MatchedSweep& matched,
                              const ReconstructOptions& options,
                              bool adjust,
                              const Progress& progress) {
  if (!Report(progress, "mapping", 0)) return Cancelled();
  Stopwatch watch;
  sparse::SparseMap map = PosedMap(sweep, matched);
  if (map.PosedCount() < kLeastPoses)
    return Fail(ErrorCode::kInvalidArgument,
                Text("the file of poses has those of ", map.PosedCount(), " of the frames"),
                "give a transforms.json whose file_path names the frames, or convert without --poses");
  const int observations = Triangulate(map, options.threads);
  LogVerbose(Text("given poses: ", map.PosedCount(), ", observations that agree: ", observations, ", ",
                  Fixed(100 * Agreement(map), 0), " % of long tracks"));
  if (observations < kLeastObservations * map.PosedCount() || Agreement(map) < kLeastAgreement)
    return Fail(ErrorCode::kInsufficientData, "the pictures do not agree with the given poses",
                "check that the poses belong to these pictures, or convert without --poses");
  if (adjust) {
    incremental::IncrementalOptions how;
    how.focal_known = matched.focal_known;
    how.camera_known = matched.camera_known;
    how.seed = options.seed;
    how.threads = how.filtering.threads = options.threads;
    if (const Status done = incremental::AdjustFinally(map, matched.gray, how, progress); !done)
      return Forward(done);
  }
  ReconstructResult result;
  result.reconstruction = sparse::FinishMap(sweep, map);
  for (std::size_t f = 0; f < sweep.frames.size(); ++f)
    if (!sweep.frames[f].pose_prior) result.reconstruction.frames[f].reason = "no pose is given for it";
  if (const Status colored = sparse::ColorPoints(sweep, options.threads, result.reconstruction); !colored)
    return Forward(colored);
  result.reconstruction.mapper = adjust ? "rotaview" : kGivenPoses;
  result.reconstruction.turntable = matched.matches.static_background;
  result.timings = {
      .features_s = matched.features_s, .matching_s = matched.matching_s, .mapping_s = watch.Lap()};
  return result;
}

}  // namespace

Result<ReconstructResult> MapGivenPoses(const Sweep& sweep,
                                        const MatchedSweep& matched,
                                        const ReconstructOptions& options,
                                        const Progress& progress) {
  return Map(sweep, matched, options, false, progress);
}

Result<ReconstructResult> MapFromGivenPoses(const Sweep& sweep,
                                            const MatchedSweep& matched,
                                            const ReconstructOptions& options,
                                            const Progress& progress) {
  return Map(sweep, matched, options, true, progress);
}

}  // namespace rv
