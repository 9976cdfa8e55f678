#include "reconstruct/single_axis/poses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/log.h"
#include "base/statistics.h"
#include "base/text.h"
#include "reconstruct/single_axis/adjustment.h"
#include "reconstruct/single_axis/closure.h"
#include "reconstruct/single_axis/search.h"
#include "reconstruct/single_axis/tracks.h"
#include "reconstruct/sparse/map_filtering.h"

namespace rv::single_axis {
namespace {

// How strictly a model is fitted: observations further off than each of these, in turn, are left out.
using Tightening = std::vector<double>;

// What moves less may be background.
double StillPx(const Camera& camera) { return 0.004 * std::max(camera.width, camera.height); }

sparse::SparseMap MakeSingleAxisMap(const std::vector<features::FeatureSet>& features,
                                    const std::vector<matching::TwoView>& pairs,
                                    const std::vector<Camera>& cameras,
                                    const std::vector<int>& camera_of,
                                    bool still_camera) {
  std::vector<matching::FeatureTrack> tracks = matching::BuildTracks(features, pairs);
  if (still_camera) tracks = MovingTracks(features, std::move(tracks), StillPx(cameras[0]));
  sparse::SparseMap map = sparse::MakeMap(features, tracks, cameras, camera_of);
  for (sparse::MapFrame& frame : map.frames) frame.posed = !frame.sees.empty();
  return map;
}

// The same map with about `per_frame` points a frame.
sparse::SparseMap Thinned(const sparse::SparseMap& map, int per_frame) {
  std::vector<int> length;
  for (const sparse::MapPoint& point : map.points) length.push_back(static_cast<int>(point.track.size()));
  sparse::SparseMap thin{.cameras = map.cameras, .frames = map.frames, .points = {}};
  for (sparse::MapFrame& frame : thin.frames) frame.sees.clear();
  for (const int p : EvenOrder(length)) {
    const auto& track = map.points[p].track;
    const auto wanted = [&](const sparse::MapObservation& seen) {
      return static_cast<int>(thin.frames[seen.frame].sees.size()) < per_frame;
    };
    if (std::none_of(track.begin(), track.end(), wanted)) continue;
    for (std::size_t slot = 0; slot < track.size(); ++slot)
      thin.frames[track[slot].frame].sees.push_back(
          {static_cast<int>(thin.points.size()), static_cast<int>(slot)});
    thin.points.push_back(map.points[p]);
  }
  return thin;
}

AdjustmentOptions HowToAdjust(const SingleAxisMap& fitted,
                              const Camera& guess,
                              const SingleAxisOptions& options) {
  AdjustmentOptions adjust;
  adjust.refine_focal = !options.camera_known;
  adjust.focal_mean_px = guess.focal_px;
  adjust.focal_sigma = options.focal_known ? 0.05 : 0.4;
  if (fitted.deviations) {
    adjust.deviation_angle_sigma = ToRadians(1.5);
    adjust.deviation_shift_sigma = 0.04;
  }
  return adjust;
}

void RetriangulateAll(sparse::SparseMap& map, double max_error_px, const SingleAxisOptions& options) {
  for (sparse::MapPoint& point : map.points) point.valid = false;
  sparse::RetriangulateMap(map, max_error_px, options.min_angle_rad, options.threads);
}

// False when the model falls apart.
bool Fit(SingleAxisMap& fitted,
         const Camera& guess,
         const Tightening& errors_px,
         const SingleAxisOptions& options) {
  ApplyModel(fitted.model, fitted.map);
  for (const double error_px : errors_px) {
    RetriangulateAll(fitted.map, error_px, options);
    AdjustmentOptions adjust = HowToAdjust(fitted, guess, options);
    adjust.loss_scale = std::max(1.0, error_px / 3);
    if (!AdjustSingleAxis(fitted.model, fitted.map, adjust)) return false;
    sparse::FilterMap(fitted.map, error_px, options.min_angle_rad, options.threads);
  }
  fitted.evidence = Weigh(fitted.model, fitted.map);
  return true;
}

double Merit(const Evidence& evidence) { return evidence.agreeing_share * (0.5 + 0.5 * evidence.near_share); }

// The guess that explains most of the longest tracks once it is adjusted.
std::optional<SingleAxisMap> BestGuess(const sparse::SparseMap& unposed,
                                       const std::vector<SearchGuess>& guesses,
                                       const SingleAxisOptions& options,
                                       const Progress& progress) {
  const sparse::SparseMap thin = Thinned(unposed, 40);
  const double px = SingleAxisOptions::MaxErrorPx(unposed.cameras[0]);
  std::optional<SingleAxisMap> best;
  for (std::size_t g = 0; g < guesses.size(); ++g) {
    if (!Report(progress, "mapping",
                0.1 + 0.4 * static_cast<double>(g) / static_cast<double>(guesses.size())))
      return best;
    SingleAxisMap fitted{.map = thin, .model = guesses[g].model};
    fitted.map.cameras[0].focal_px = guesses[g].focal_px;
    Camera guess = options.focal_known ? unposed.cameras[0] : fitted.map.cameras[0];
    if (!Fit(fitted, guess, {3 * px, 2 * px}, options)) continue;
    LogVerbose(Text("single axis: guess ", Fixed(guesses[g].score, 3), " of ",
                    Fixed(ToDegrees(guesses[g].model.angles.back()), 3), " degrees becomes ",
                    Fixed(ToDegrees(fitted.model.angles.back()), 3), ", tilt ",
                    Fixed(ToDegrees(fitted.model.axis.tilt), 3), ", focal ",
                    Fixed(fitted.map.cameras[0].focal_px, 3), ", agreeing ",
                    Fixed(fitted.evidence.agreeing_share, 3), ", near ",
                    Fixed(fitted.evidence.near_share, 3)));
    if (!best || Merit(fitted.evidence) > Merit(best->evidence)) best = std::move(fitted);
  }
  return best;
}

// The adjusted model on another set of tracks.
SingleAxisMap Moved(const SingleAxisMap& from, sparse::SparseMap map) {
  SingleAxisMap fitted{
      .map = std::move(map), .model = from.model, .evidence = {}, .deviations = from.deviations};
  fitted.map.cameras = from.map.cameras;
  return fitted;
}

// Keeps the largest set of frames that points hold together; across a break the angle is not known.
void KeepLargestPart(sparse::SparseMap& map) {
  std::vector<int> part(map.frames.size());
  std::iota(part.begin(), part.end(), 0);
  const auto find = [&](int f) {
    while (part[f] != f) f = part[f] = part[part[f]];
    return f;
  };
  for (const sparse::MapPoint& point : map.points) {
    if (!point.valid) continue;
    int first = -1;
    for (const sparse::MapObservation& seen : point.track) {
      if (!seen.inlier || !map.frames[seen.frame].posed) continue;
      if (first < 0) first = find(seen.frame);
      part[find(seen.frame)] = find(first);
    }
  }
  std::vector<int> size(map.frames.size(), 0);
  for (std::size_t f = 0; f < map.frames.size(); ++f)
    size[find(static_cast<int>(f))] += map.frames[f].posed ? 1 : 0;
  const int largest = static_cast<int>(std::max_element(size.begin(), size.end()) - size.begin());
  for (std::size_t f = 0; f < map.frames.size(); ++f) {
    if (find(static_cast<int>(f)) == largest || !map.frames[f].posed) continue;
    map.frames[f].posed = false;
    for (const sparse::ObservationRef& ref : map.frames[f].sees)
      map.points[ref.point].track[ref.slot].inlier = false;
  }
}

// The model with its turn closed by far pairs, where the neighbors bear that out.
void CloseTurn(SingleAxisMap& fitted,
               const std::vector<features::FeatureSet>& features,
               const std::vector<matching::TwoView>& pairs,
               const std::vector<matching::TwoView>& near,
               int reach,
               const SingleAxisOptions& options) {
  const Camera& camera = fitted.map.cameras[0];
  const double px = SingleAxisOptions::MaxErrorPx(camera);
  const std::vector<matching::TwoView> far =
      FarPairs(features, pairs, reach, options.still_camera ? StillPx(camera) : 0);
  const auto closure = FindClosure(fitted.model, camera, features, far, px);
  if (!closure) return;
  std::vector<int> camera_of;
  for (const sparse::MapFrame& frame : fitted.map.frames) camera_of.push_back(frame.camera);
  std::vector<matching::TwoView> all = near;
  all.insert(all.end(), closure->trusted.begin(), closure->trusted.end());
  SingleAxisMap closed =
      Moved(fitted, MakeSingleAxisMap(features, all, fitted.map.cameras, camera_of, options.still_camera));
  for (double& angle : closed.model.angles) angle *= closure->scale;
  const bool fits = Fit(closed, camera, {3 * px, 1.5 * px, px}, options);
  LogVerbose(Text("single axis: ", closure->trusted.size(), " far pairs scale the turn by ",
                  Fixed(closure->scale, 3), ", agreeing ", Fixed(fitted.evidence.agreeing_share, 3), " -> ",
                  Fixed(fits ? closed.evidence.agreeing_share : 0, 3)));
  if (!fits || closed.evidence.agreeing_share < 0.97 * fitted.evidence.agreeing_share) return;
  closed.closed = true;
  fitted = std::move(closed);
}

// Root mean square of a part of the deviations, per number.
double DeviationRms(const SingleAxisMap& fitted, int first, int count) {
  double sum = 0;
  for (std::size_t f = 0; f < fitted.model.deviations.size(); ++f) {
    if (!fitted.map.frames[f].posed) continue;
    for (int i = first; i < first + count; ++i)
      sum += fitted.model.deviations[f][i] * fitted.model.deviations[f][i];
  }
  return std::sqrt(sum / std::max(1, count * fitted.map.PosedCount()));
}

// A hand-held camera does not stay on the ring; leave to do so must pay, and must stay small: cameras that
// are far from any ring fit as well, with angles that mean nothing.
void TryPoseDeviations(SingleAxisMap& fitted, const SingleAxisOptions& options) {
  const double most_turn = ToRadians(1.5);
  constexpr double kMostShift = 0.035;
  const Camera guess = fitted.map.cameras[0];
  const double px = SingleAxisOptions::MaxErrorPx(guess);
  SingleAxisMap loose = fitted;
  loose.deviations = true;
  if (!Fit(loose, guess, {4 * px, 2 * px, px, px}, options)) return;
  const double turn = DeviationRms(loose, 0, 3), shift = DeviationRms(loose, 3, 2);
  LogVerbose(Text("single axis: pose deviations (", Fixed(ToDegrees(turn), 3), " degrees, ", Fixed(shift, 3),
                  "), agreeing ", Fixed(fitted.evidence.agreeing_share, 3), " -> ",
                  Fixed(loose.evidence.agreeing_share, 3)));
  if (turn > most_turn || shift > kMostShift) return;
  if (loose.evidence.agreeing_share > fitted.evidence.agreeing_share + 0.05) fitted = std::move(loose);
}

tl::unexpected<Error> NotSingleAxis(const std::string& why) {
  return Fail(ErrorCode::kInsufficientData, why, kSingleAxisRemedy);
}

}  // namespace

double SingleAxisOptions::MaxErrorPx(const Camera& camera) {
  return std::max(1.5, 4 * std::max(camera.width, camera.height) / 1200.0);
}

Status FinalAdjustment(SingleAxisMap& fitted, const SingleAxisOptions& options, double max_error_px) {
  const Camera guess = fitted.map.cameras[0];
  AdjustmentOptions adjust = HowToAdjust(fitted, guess, options);
  for (int round = 0; round < 2; ++round) {
    if (const auto adjusted = AdjustSingleAxis(fitted.model, fitted.map, adjust); !adjusted)
      return Forward(adjusted);
    sparse::FilterMap(fitted.map, max_error_px, options.min_angle_rad, options.threads);
    sparse::RetriangulateMap(fitted.map, max_error_px, options.min_angle_rad, options.threads);
  }
  sparse::DropUnsupportedFrames(fitted.map, {.max_error_px = max_error_px,
                                             .min_angle_rad = options.min_angle_rad,
                                             .min_visible = 6,
                                             .threads = options.threads});
  KeepLargestPart(fitted.map);
  sparse::FilterMap(fitted.map, max_error_px, options.min_angle_rad, options.threads);
  fitted.evidence = Weigh(fitted.model, fitted.map);
  return {};
}

Result<SingleAxisMap> PoseOnSingleAxis(const std::vector<features::FeatureSet>& features,
                                       const std::vector<matching::TwoView>& pairs,
                                       const std::vector<Camera>& cameras,
                                       const std::vector<int>& camera_of,
                                       const SingleAxisOptions& options,
                                       const Progress& progress) {
  const int frames = static_cast<int>(features.size());
  if (frames < 3) return NotSingleAxis("fewer than three frames show no turn");
  if (cameras.size() != 1) return NotSingleAxis("the pictures are of several sizes or lenses");
  const int reach = NeighborReach(frames);
  const std::vector<matching::TwoView> near = NeighborPairs(pairs, reach);
  const sparse::SparseMap unposed =
      MakeSingleAxisMap(features, near, cameras, camera_of, options.still_camera);
  const double px = SingleAxisOptions::MaxErrorPx(cameras[0]);
  const auto guesses = SearchSingleAxis(
      unposed, MeasurePace(unposed),
      {.focal_known = options.focal_known, .max_error_px = 3 * px, .threads = options.threads});
  if (guesses.empty()) return NotSingleAxis("nothing can be followed through three frames");
  const std::optional<SingleAxisMap> best = BestGuess(unposed, guesses, options, progress);
  if (!Report(progress, "mapping", 0.5)) return Cancelled();
  if (!best) return NotSingleAxis("no turn about an axis fits");

  SingleAxisMap fitted = Moved(*best, unposed);
  if (!Fit(fitted, best->map.cameras[0], {2 * px, px}, options))
    return NotSingleAxis("no turn about an axis fits");
  if (!Report(progress, "mapping", 0.6)) return Cancelled();
  CloseTurn(fitted, features, pairs, near, reach, options);
  if (!Report(progress, "mapping", 0.7)) return Cancelled();
  if (!options.still_camera) TryPoseDeviations(fitted, options);
  if (const Status adjusted = FinalAdjustment(fitted, options, px); !adjusted)
    return NotSingleAxis("no turn about an axis fits");
  const std::string why_not = WhyNotSingleAxis(fitted.evidence, options.still_camera);
  if (!why_not.empty()) return NotSingleAxis(why_not);
  return fitted;
}

}  // namespace rv::single_axis
