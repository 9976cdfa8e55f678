#include "reconstruct/single_axis/search.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/statistics.h"

namespace rv::single_axis {
namespace {

struct Seen {
  int frame = 0;
  Eigen::Vector2d px;
};
using SearchTrack = std::vector<Seen>;

// So many that each frame has its share.
std::vector<SearchTrack> ChooseTracks(const sparse::SparseMap& map, int per_frame) {
  std::vector<int> length;
  for (const sparse::MapPoint& point : map.points) length.push_back(static_cast<int>(point.track.size()));
  std::vector<int> used(map.frames.size(), 0);
  std::vector<SearchTrack> tracks;
  for (const int p : EvenOrder(length)) {
    const auto& track = map.points[p].track;
    if (std::none_of(track.begin(), track.end(),
                     [&](const sparse::MapObservation& o) { return used[o.frame] < per_frame; }))
      continue;
    SearchTrack chosen;
    for (const sparse::MapObservation& o : track) {
      ++used[o.frame];
      chosen.push_back({o.frame, o.px});
    }
    tracks.push_back(std::move(chosen));
  }
  return tracks;
}

// What does not change while the angles do: rays in `turn`, and where the camera is there.
struct ViewModel {
  double tilt = 0, focal_px = 0, side = 0;
  Eigen::Vector3d camera = Eigen::Vector3d::Zero();
  std::vector<std::vector<Eigen::Vector3d>> rays;  // by track and observation, unit length
};

ViewModel MakeViewModel(const std::vector<SearchTrack>& tracks,
                        Camera camera,
                        const TurnAxis& axis,
                        double focal_px) {
  camera.focal_px = focal_px;
  const Rigid3 turn_from_cam = CamFromTurn(axis).Inverse();
  ViewModel view{
      .tilt = axis.tilt, .focal_px = focal_px, .side = axis.side, .camera = turn_from_cam.translation};
  for (const SearchTrack& track : tracks) {
    std::vector<Eigen::Vector3d> rays;
    for (const Seen& seen : track) rays.push_back(turn_from_cam.rotation * camera.Ray(seen.px).normalized());
    view.rays.push_back(std::move(rays));
  }
  return view;
}

struct TurnSine {
  double sine, cosine;
  // RotY(-angle) v: from `turn` back to `world`.
  Eigen::Vector3d Back(const Eigen::Vector3d& v) const {
    return {cosine * v.x() - sine * v.z(), v.y(), sine * v.x() + cosine * v.z()};
  }
  // z in `turn` of a point in `world`: positive on the camera's side of the axis.
  double Depth(const Eigen::Vector3d& point) const { return cosine * point.z() - sine * point.x(); }
};

// 0 when the rays meet, 1 when they miss by `max_error_px` or more or meet where nothing can be.
double Miss(const SearchTrack& track,
            const std::vector<Eigen::Vector3d>& rays,
            const ViewModel& view,
            const std::vector<TurnSine>& turns,
            double max_error_px) {
  constexpr double kNearest = 0.1, kFarthest = 2.5;  // in camera distances
  constexpr double kBehindAxis = 0.25;               // the price of being seen on the far side of the axis
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < track.size(); ++i) {
    const TurnSine& turn = turns[track[i].frame];
    const Eigen::Vector3d direction = turn.Back(rays[i]);
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - direction * direction.transpose();
    normal += across;
    right += across * turn.Back(view.camera);
  }
  normal.diagonal().array() += 1e-9;
  const Eigen::Vector3d point = normal.ldlt().solve(right);
  double sum = 0;
  for (std::size_t i = 0; i < track.size(); ++i) {
    const TurnSine& turn = turns[track[i].frame];
    const Eigen::Vector3d from_camera = point - turn.Back(view.camera);
    const double depth = from_camera.dot(turn.Back(rays[i]));
    if (!(depth > kNearest && depth < kFarthest)) return 1;
    const double miss_px =
        view.focal_px * std::sqrt(std::max(0.0, from_camera.squaredNorm() - depth * depth)) / depth;
    sum += std::min(1.0, miss_px * miss_px / (max_error_px * max_error_px)) +
           (turn.Depth(point) < -0.02 ? kBehindAxis : 0);
  }
  return std::min(1.0, sum / static_cast<double>(track.size()));
}

std::vector<double> AnglesOf(const std::vector<double>& steps, double mean_step) {
  std::vector<double> angles(steps.size() + 1, 0);
  for (std::size_t i = 0; i < steps.size(); ++i) angles[i + 1] = angles[i] + mean_step * steps[i];
  return angles;
}

double ScoreOf(const std::vector<SearchTrack>& tracks,
               const ViewModel& view,
               const std::vector<double>& angles,
               double max_error_px) {
  std::vector<TurnSine> turns;
  for (const double angle : angles) turns.push_back({std::sin(angle), std::cos(angle)});
  double sum = 0;
  for (std::size_t t = 0; t < tracks.size(); ++t)
    sum += Miss(tracks[t], view.rays[t], view, turns, max_error_px);
  return sum / static_cast<double>(tracks.size());
}

struct Candidate {
  TurnAxis axis;
  double focal_px = 0;
  double step = 0;  // signed
  bool paced = false;
  double score = 1;
};

bool Alike(const Candidate& a, const Candidate& b) {
  return a.paced == b.paced && a.step * b.step > 0 && std::abs(std::log(a.step / b.step)) < 0.3 &&
         std::abs(a.axis.tilt - b.axis.tilt) < 0.3;
}

// Every step of one camera; steps from 0.7 to 60 degrees.
std::vector<Candidate> TrySteps(const std::vector<SearchTrack>& tracks,
                                const ViewModel& view,
                                const TurnPace& pace,
                                const SearchOptions& options) {
  const std::vector<double> even(pace.steps.size(), 1);
  const bool has_pace = pace.steps != even;
  std::vector<Candidate> tried;
  for (double step = ToRadians(0.7); step < ToRadians(60); step *= 1.2) {
    for (const double sign : {-1.0, 1.0}) {
      for (const bool paced : {false, true}) {
        if (paced && !has_pace) continue;
        const auto angles = AnglesOf(paced ? pace.steps : even, sign * step);
        tried.push_back({.axis = {pace.roll, view.tilt, view.side},
                         .focal_px = view.focal_px,
                         .step = sign * step,
                         .paced = paced,
                         .score = ScoreOf(tracks, view, angles, options.max_error_px)});
      }
    }
  }
  return tried;
}

}  // namespace

std::vector<SearchGuess> SearchSingleAxis(const sparse::SparseMap& map,
                                          const TurnPace& pace,
                                          const SearchOptions& options) {
  const std::vector<SearchTrack> tracks = ChooseTracks(map, options.tracks_per_frame);
  if (tracks.empty()) return {};
  const Camera& camera = map.cameras[0];
  const double side_px = std::max(camera.width, camera.height);
  std::vector<double> focals{camera.focal_px};
  if (!options.focal_known) focals = {0.8 * side_px, 1.2 * side_px, 2 * side_px, 4 * side_px};
  std::vector<Candidate> views;
  for (const double focal_px : focals) {
    for (const double tilt_deg : {-3.0, 6.0, 15.0, 28.0, 45.0, 62.0}) {
      for (const double side : {-0.12, 0.0, 0.12})
        views.push_back(
            {.axis = {pace.roll, ToRadians(tilt_deg), side * side_px / focal_px}, .focal_px = focal_px});
    }
  }
  std::vector<std::vector<Candidate>> tried(views.size());
  ParallelFor(views.size(), options.threads, [&](std::size_t i) {
    tried[i] =
        TrySteps(tracks, MakeViewModel(tracks, camera, views[i].axis, views[i].focal_px), pace, options);
  });
  std::vector<Candidate> all;
  for (const auto& some : tried) all.insert(all.end(), some.begin(), some.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });

  std::vector<Candidate> chosen;
  std::vector<SearchGuess> guesses;
  const std::vector<double> even(pace.steps.size(), 1);
  for (const Candidate& candidate : all) {
    if (static_cast<int>(chosen.size()) >= options.guesses) break;
    if (std::any_of(chosen.begin(), chosen.end(), [&](const Candidate& c) { return Alike(c, candidate); }))
      continue;
    chosen.push_back(candidate);
    guesses.push_back(
        {.model = {.axis = candidate.axis,
                   .angles = AnglesOf(candidate.paced ? pace.steps : even, candidate.step),
                   .deviations = std::vector<PoseDeviation>(map.frames.size(), PoseDeviation{})},
         .focal_px = candidate.focal_px,
         .score = candidate.score});
  }
  return guesses;
}

}  // namespace rv::single_axis
