#include "reconstruct/orbit/support_plane.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

constexpr int kTries = 300;
constexpr std::size_t kFewestPlanePoints = 50;
constexpr double kMostTiltDeg = 20;
constexpr double kThickness = 0.02;       // half of the plane's, share of the radius
constexpr double kMostBelowShare = 0.06;  // of the points: reflections and strays
constexpr double kFewestOnShare = 0.08;   // of the points
constexpr int kSectors = 8;               // round the item
constexpr int kSectorsReached = 5;        // a wall in front of or behind the item reaches fewer
constexpr std::size_t kSectorPoints = 3;  // that make a sector reached
constexpr double kLeastArm = 0.5;         // of the radius: nearer points belong to no sector

// Of a level plane; lengths in camera distances.
constexpr double kMostLevelTiltDeg = 40;
constexpr double kLevelThickness = 0.01;
constexpr double kMostUnderLevel = 0.25;  // of the points
constexpr double kSureShare = 0.25;       // of the points on the plane
constexpr double kSureSpread = 0.12;

std::optional<SupportPlane> Through(const std::array<Eigen::Vector3d, 3>& corners,
                                    const Eigen::Vector3d& up,
                                    double most_tilt_deg) {
  Eigen::Vector3d normal = (corners[1] - corners[0]).cross(corners[2] - corners[0]);
  if (!(normal.norm() > 0)) return std::nullopt;
  normal.normalize();
  if (normal.dot(up) < 0) normal = -normal;
  if (normal.dot(up) < std::cos(ToRadians(most_tilt_deg))) return std::nullopt;
  return SupportPlane{.normal = normal, .offset = normal.dot(corners[0])};
}

// Number of points on the plane; 0 when points lie below it or it does not reach round the item.
std::size_t CountSupport(const std::vector<Eigen::Vector3d>& points,
                         const SupportPlane& plane,
                         const Eigen::Vector3d& center,
                         double radius) {
  std::size_t on = 0;
  std::size_t below = 0;
  std::array<std::size_t, kSectors> sectors{};
  const Eigen::Vector3d ahead = plane.normal.unitOrthogonal();
  const Eigen::Vector3d across = plane.normal.cross(ahead);
  for (const Eigen::Vector3d& point : points) {
    const double above = plane.Above(point) / radius;
    below += above < -2 * kThickness;
    if (std::abs(above) > kThickness) continue;
    ++on;
    const Eigen::Vector3d arm = point - center;
    const double x = arm.dot(ahead) / radius;
    const double y = arm.dot(across) / radius;
    if (std::hypot(x, y) < kLeastArm) continue;
    ++sectors[static_cast<std::size_t>(WrapPositive(std::atan2(y, x)) / (2 * kPi) * kSectors) % kSectors];
  }
  const double total = static_cast<double>(points.size());
  if (on < kFewestOnShare * total || below > kMostBelowShare * total) return 0;
  const auto reached =
      std::count_if(sectors.begin(), sectors.end(), [](std::size_t n) { return n >= kSectorPoints; });
  return reached >= kSectorsReached ? on : 0;
}

// Least squares over the points on the plane, and how far they spread along it in their narrower direction (root mean
// square).
struct Fit {
  SupportPlane plane;
  double spread = 0;
};
Fit Refit(const std::vector<Eigen::Vector3d>& points, const SupportPlane& plane, double thickness) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  std::vector<Eigen::Vector3d> on;
  for (const Eigen::Vector3d& point : points)
    if (std::abs(plane.Above(point)) <= thickness) on.push_back(point);
  for (const Eigen::Vector3d& point : on) mean += point / static_cast<double>(on.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const Eigen::Vector3d& point : on) scatter += (point - mean) * (point - mean).transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(scatter);
  Eigen::Vector3d normal = solver.eigenvectors().col(0);
  if (normal.dot(plane.normal) < 0) normal = -normal;
  const double spread =
      std::sqrt(solver.eigenvalues()[1] / static_cast<double>(std::max<std::size_t>(1, on.size())));
  return {.plane = {.normal = normal, .offset = normal.dot(mean)}, .spread = spread};
}

// Share of the points on the plane that the planes beside it do not explain: any cut through an item holds some.
double ShareBeyondChance(const std::vector<Eigen::Vector3d>& points,
                         const SupportPlane& plane,
                         double thickness) {
  constexpr double kSigmas = 3;
  double on = 0, beside = 0;
  for (const Eigen::Vector3d& point : points) {
    const double away = std::abs(plane.Above(point)) / thickness;
    on += away <= 1;
    beside += away > 1.5 && away <= 2.5;  // as thick as the plane, both sides together
  }
  const double beyond = on - beside - kSigmas * std::sqrt(on + beside);
  return std::max(0.0, beyond / static_cast<double>(points.size()));
}

}  // namespace

std::optional<SupportPlane> FindSupport(const std::vector<Eigen::Vector3d>& points,
                                        const Eigen::Vector3d& center,
                                        const Eigen::Vector3d& up,
                                        double radius) {
  if (points.size() < kFewestPlanePoints || !(radius > 0)) return std::nullopt;
  std::mt19937 random(1);
  std::optional<SupportPlane> best;
  std::size_t most = 0;
  for (int i = 0; i < kTries; ++i) {
    std::array<Eigen::Vector3d, 3> corners;
    // Numbers of the engine itself: the standard fixes them, but not those of its distributions.
    for (Eigen::Vector3d& corner : corners) corner = points[random() % points.size()];
    const std::optional<SupportPlane> plane = Through(corners, up, kMostTiltDeg);
    if (!plane) continue;
    const std::size_t on = CountSupport(points, *plane, center, radius);
    if (on <= most) continue;
    most = on;
    best = plane;
  }
  if (best) best = Refit(points, *best, kThickness * radius).plane;
  return best;
}

std::optional<LevelPlane> FindLevelPlane(const std::vector<Eigen::Vector3d>& points,
                                         const Eigen::Vector3d& up,
                                         double distance) {
  if (points.size() < kFewestPlanePoints || !(distance > 0)) return std::nullopt;
  const double thickness = kLevelThickness * distance;
  std::mt19937 random(1);
  std::optional<SupportPlane> best;
  std::ptrdiff_t most = 0;
  for (int i = 0; i < kTries; ++i) {
    std::array<Eigen::Vector3d, 3> corners;
    for (Eigen::Vector3d& corner : corners) corner = points[random() % points.size()];
    const std::optional<SupportPlane> plane = Through(corners, up, kMostLevelTiltDeg);
    if (!plane) continue;
    std::ptrdiff_t on = 0, below = 0;
    for (const Eigen::Vector3d& point : points) {
      const double above = plane->Above(point);
      on += std::abs(above) <= thickness;
      below += above < -3 * thickness;
    }
    if (on <= most || below > kMostUnderLevel * static_cast<double>(points.size())) continue;
    most = on;
    best = plane;
  }
  if (!best) return std::nullopt;
  Fit fit = Refit(points, *best, thickness);
  fit = Refit(points, fit.plane, thickness);
  const double certainty = std::min(1.0, ShareBeyondChance(points, fit.plane, thickness) / kSureShare) *
                           std::min(1.0, fit.spread / (kSureSpread * distance));
  return LevelPlane{.normal = fit.plane.normal, .certainty = certainty};
}

}  // namespace rv::orbit
