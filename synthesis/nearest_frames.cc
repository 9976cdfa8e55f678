#include "synthesis/nearest_frames.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace rv::synthesis {
namespace {

constexpr double kSamePlace = 1e-4;  // radians

double Angle(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b));
}

}  // namespace

std::vector<ChosenFrame> ChooseFrames(const std::vector<Eigen::Vector3d>& directions,
                                      const Eigen::Vector3d& to) {
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t k = 0; k < directions.size(); ++k) near.emplace_back(Angle(to, directions[k]), k);
  std::sort(near.begin(), near.end());
  const auto [first_angle, first] = near[0];
  if (first_angle < kSamePlace) return {{first, 1.0}, {near[1].second, 0.0}};
  std::vector<ChosenFrame> out{{first, 1.0}};
  std::size_t second = near.size();
  for (std::size_t k = 1; k < near.size(); ++k) {
    const Eigen::Vector3d one = directions[first] - to, other = directions[near[k].second] - to;
    if (one.dot(other) < -0.2 * one.norm() * other.norm()) {
      second = k;
      break;
    }
  }
  if (second < near.size()) {
    const double a = first_angle, b = near[second].first;
    out[0].weight = b / (a + b);
    out.push_back({near[second].second, a / (a + b)});
  }
  for (std::size_t k = 1; k < near.size() && out.size() < 3; ++k)
    if (k != second) out.push_back({near[k].second, 0.0});
  return out;
}

}  // namespace rv::synthesis
