#include "reconstruct/circular_tracks.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "reconstruct/statistics.h"

namespace rv::internal {
namespace {

Eigen::Vector2d MedianShift(const std::vector<FeatureSet>& features, const TwoView& pair) {
  std::vector<double> x, y;
  for (const FeatureMatch& m : pair.matches) {
    const Eigen::Vector2d shift = features[pair.b].px[m.b] - features[pair.a].px[m.a];
    x.push_back(shift.x());
    y.push_back(shift.y());
  }
  return {Median(std::move(x)), Median(std::move(y))};
}

// Unit vector, pointing right (down where it is upright), along which the shifts are largest.
Eigen::Vector2d MainDirection(const std::vector<Eigen::Vector2d>& shifts) {
  Eigen::Matrix2d spread = Eigen::Matrix2d::Zero();
  for (const Eigen::Vector2d& shift : shifts) spread += shift * shift.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(spread);
  Eigen::Vector2d direction = solver.eigenvectors().col(1);
  if (direction.x() < -1e-9 || (std::abs(direction.x()) <= 1e-9 && direction.y() < 0)) direction = -direction;
  return direction;
}

// The axis is upright or lies on a side; small slants are left to the adjustment.
double NearestQuarter(const Eigen::Vector2d& direction) {
  return kPi / 2 * std::round(std::atan2(direction.y(), direction.x()) / (kPi / 2));
}

}  // namespace

int NeighbourReach(int frames) { return std::clamp(frames / 6, 2, 9); }

std::vector<TwoView> NeighbourPairs(const std::vector<TwoView>& pairs, int reach) {
  std::vector<TwoView> near;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(near),
               [&](const TwoView& pair) { return pair.b - pair.a <= reach; });
  return near;
}

TurnPace MeasurePace(const std::vector<FeatureSet>& features, const std::vector<TwoView>& pairs, int frames) {
  std::vector<Eigen::Vector2d> shifts;
  std::vector<int> at;
  for (const TwoView& pair : pairs) {
    if (pair.b != pair.a + 1) continue;
    shifts.push_back(MedianShift(features, pair));
    at.push_back(pair.a);
  }
  TurnPace pace;
  pace.steps.assign(std::max(0, frames - 1), 1);
  if (shifts.empty()) return pace;
  const Eigen::Vector2d direction = MainDirection(shifts);
  pace.roll = NearestQuarter(direction);
  std::vector<double> along;
  for (const Eigen::Vector2d& shift : shifts) along.push_back(shift.dot(direction));
  const double median = Median(along);
  pace.median_px = std::abs(median);
  // Steps of no clear direction tell no pace.
  if (pace.median_px < 1) return pace;
  for (std::size_t i = 0; i < along.size(); ++i) pace.steps[at[i]] = std::clamp(along[i] / median, -3.0, 3.0);
  return pace;
}

}  // namespace rv::internal
