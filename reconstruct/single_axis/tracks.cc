#include "reconstruct/single_axis/tracks.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/statistics.h"

namespace rv::single_axis {
namespace {

// Unit vector, pointing right (down where it is upright), along which the shifts are largest.
Eigen::Vector2d MainDirection(const std::vector<Eigen::Vector2d>& shifts) {
  Eigen::Matrix2d spread = Eigen::Matrix2d::Zero();
  for (const Eigen::Vector2d& shift : shifts) spread += shift * shift.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(spread);
  Eigen::Vector2d direction = solver.eigenvectors().col(1);
  if (direction.x() < -1e-9 || (std::abs(direction.x()) <= 1e-9 && direction.y() < 0)) direction = -direction;
  return direction;
}

// Median distance from the track's median place.
double SpreadOf(const std::vector<features::FeatureSet>& features, const matching::FeatureTrack& track) {
  std::vector<double> x, y, spread;
  for (const matching::TrackElement& e : track) {
    x.push_back(features[e.frame].px[e.feature].x());
    y.push_back(features[e.frame].px[e.feature].y());
  }
  const Eigen::Vector2d place(Median(x), Median(y));
  for (std::size_t i = 0; i < x.size(); ++i) spread.push_back((Eigen::Vector2d(x[i], y[i]) - place).norm());
  return Median(std::move(spread));
}

// Of what is followed from each frame to the next; zero where nothing is.
std::vector<Eigen::Vector2d> MedianShifts(const sparse::SparseMap& map) {
  std::vector<std::vector<double>> x(map.frames.size()), y(map.frames.size());
  for (const sparse::MapPoint& point : map.points) {
    for (std::size_t i = 1; i < point.track.size(); ++i) {
      const sparse::MapObservation &before = point.track[i - 1], &here = point.track[i];
      if (here.frame != before.frame + 1) continue;
      x[before.frame].push_back(here.px.x() - before.px.x());
      y[before.frame].push_back(here.px.y() - before.px.y());
    }
  }
  std::vector<Eigen::Vector2d> shifts;
  for (std::size_t f = 0; f + 1 < map.frames.size(); ++f) shifts.emplace_back(Median(x[f]), Median(y[f]));
  return shifts;
}

// px a frame, the median over the track: a single wrong match does not count.
double SpeedOf(const std::vector<features::FeatureSet>& features, const matching::FeatureTrack& track) {
  std::vector<double> speeds;
  for (std::size_t i = 1; i < track.size(); ++i) {
    const Eigen::Vector2d before = features[track[i - 1].frame].px[track[i - 1].feature];
    const Eigen::Vector2d here = features[track[i].frame].px[track[i].feature];
    speeds.push_back((here - before).norm() / (track[i].frame - track[i - 1].frame));
  }
  return Median(std::move(speeds));
}

// The axis is upright or lies on a side; small slants are left to the adjustment.
double NearestQuarter(const Eigen::Vector2d& direction) {
  return kPi / 2 * std::round(std::atan2(direction.y(), direction.x()) / (kPi / 2));
}

}  // namespace

int NeighborReach(int frames) { return std::clamp(frames / 6, 2, 9); }

std::vector<matching::TwoView> NeighborPairs(const std::vector<matching::TwoView>& pairs, int reach) {
  std::vector<matching::TwoView> near;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(near),
               [&](const matching::TwoView& pair) { return pair.b - pair.a <= reach; });
  return near;
}

std::vector<matching::TwoView> FarPairs(const std::vector<features::FeatureSet>& features,
                                        const std::vector<matching::TwoView>& pairs,
                                        int reach,
                                        double still_px) {
  constexpr std::size_t kFewest = 12;
  std::vector<matching::TwoView> far;
  for (matching::TwoView pair : pairs) {
    if (pair.b - pair.a <= reach) continue;
    std::erase_if(pair.matches, [&](const matching::FeatureMatch& m) {
      return (features[pair.a].px[m.a] - features[pair.b].px[m.b]).norm() < still_px;
    });
    if (pair.matches.size() >= kFewest) far.push_back(std::move(pair));
  }
  return far;
}

std::vector<matching::FeatureTrack> MovingTracks(const std::vector<features::FeatureSet>& features,
                                                 std::vector<matching::FeatureTrack> tracks,
                                                 double still_px) {
  constexpr double kSlow = 0.25;  // of the median speed
  std::erase_if(tracks,
                [&](const matching::FeatureTrack& track) { return SpreadOf(features, track) < still_px; });
  std::vector<double> speeds;
  for (const matching::FeatureTrack& track : tracks) speeds.push_back(SpeedOf(features, track));
  const double slow = kSlow * Median(speeds);
  std::vector<matching::FeatureTrack> moving;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (speeds[t] >= slow) moving.push_back(std::move(tracks[t]));
  }
  return moving;
}

std::vector<int> EvenOrder(const std::vector<int>& length) {
  std::vector<std::pair<std::uint32_t, int>> shuffled;
  for (std::size_t t = 0; t < length.size(); ++t) {
    if (length[t] >= 3)
      shuffled.emplace_back(static_cast<std::uint32_t>(t) * 2654435761U, static_cast<int>(t));
  }
  std::sort(shuffled.begin(), shuffled.end());
  std::vector<int> order;
  for (const auto& [key, t] : shuffled) order.push_back(t);
  return order;
}

TurnPace MeasurePace(const sparse::SparseMap& map) {
  const std::vector<Eigen::Vector2d> shifts = MedianShifts(map);
  TurnPace pace;
  pace.steps.assign(shifts.size(), 1);
  const Eigen::Vector2d direction = MainDirection(shifts);
  pace.roll = NearestQuarter(direction);
  std::vector<double> along;
  for (const Eigen::Vector2d& shift : shifts) {
    if (shift.norm() > 0) along.push_back(shift.dot(direction));
  }
  const double median = Median(along);
  pace.median_px = std::abs(median);
  // Steps of no clear direction tell no pace.
  if (pace.median_px < 0.5) return pace;
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    if (shifts[i].norm() > 0) pace.steps[i] = std::clamp(shifts[i].dot(direction) / median, -3.0, 3.0);
  }
  return pace;
}

}  // namespace rv::single_axis
