#include "reconstruct/sparse/triangulation.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <optional>

namespace rv::sparse {
namespace {

struct Ray {
  int slot = 0;
  Eigen::Vector3d origin, direction;  // in world, direction of unit length
};

std::vector<Ray> RaysOf(const SparseMap& map, const MapPoint& point) {
  std::vector<Ray> rays;
  for (std::size_t i = 0; i < point.track.size(); ++i) {
    const MapObservation& seen = point.track[i];
    const MapFrame& frame = map.frames[seen.frame];
    if (!frame.posed) continue;
    const Eigen::Vector3d in_cam = map.cameras[frame.camera].Ray(seen.px).normalized();
    rays.push_back({static_cast<int>(i), frame.cam_from_world.Origin(),
                    frame.cam_from_world.rotation.conjugate() * in_cam});
  }
  return rays;
}

std::optional<Eigen::Vector3d> Midpoint(const Ray& a, const Ray& b) {
  const Eigen::Vector3d between = b.origin - a.origin;
  const double cosine = a.direction.dot(b.direction);
  const double denominator = 1 - cosine * cosine;
  if (denominator < 1e-10) return std::nullopt;
  const double s = (between.dot(a.direction) - cosine * between.dot(b.direction)) / denominator;
  const double t = (cosine * between.dot(a.direction) - between.dot(b.direction)) / denominator;
  if (s <= 0 || t <= 0) return std::nullopt;
  return 0.5 * (a.origin + s * a.direction + b.origin + t * b.direction);
}

// The pairs worth trying: each ray with a few partners spread over the track, so that cost stays linear.
std::vector<std::pair<int, int>> CandidatePairs(int count) {
  std::vector<std::pair<int, int>> pairs;
  if (count <= 5) {
    for (int i = 0; i < count; ++i) {
      for (int j = i + 1; j < count; ++j) pairs.emplace_back(i, j);
    }
    return pairs;
  }
  for (int i = 0; i < count; ++i) {
    const int far = (i + count / 2) % count;
    const int near = (i + std::max(1, count / 4)) % count;
    pairs.emplace_back(std::min(i, far), std::max(i, far));
    pairs.emplace_back(std::min(i, near), std::max(i, near));
  }
  return pairs;
}

int MarkInliers(const SparseMap& map, MapPoint& point, double max_error_px) {
  int count = 0;
  for (MapObservation& seen : point.track) {
    const auto error = map.Error(point, seen);
    seen.inlier = error && *error <= max_error_px;
    count += seen.inlier ? 1 : 0;
  }
  return count;
}

}  // namespace

void RefinePosition(const SparseMap& map, MapPoint& point) {
  constexpr double kLossScale = 3;  // of MapObservation::sigma_px
  for (int iteration = 0; iteration < 3; ++iteration) {
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d gradient = Eigen::Vector3d::Zero();
    for (const MapObservation& seen : point.track) {
      if (!seen.inlier) continue;
      const MapFrame& frame = map.frames[seen.frame];
      const Camera& camera = map.cameras[frame.camera];
      const Eigen::Vector3d in_cam = frame.cam_from_world * point.position;
      const auto px = camera.Project(in_cam);
      if (!px) continue;
      Eigen::Matrix<double, 2, 3> j;
      const double z = in_cam.z();
      j << 1 / z, 0, -in_cam.x() / (z * z), 0, 1 / z, -in_cam.y() / (z * z);
      j = camera.focal_px * j * frame.cam_from_world.rotation.toRotationMatrix();
      const Eigen::Vector2d off = seen.px - *px;
      const double variance = static_cast<double>(seen.sigma_px) * seen.sigma_px;
      const double weight = 1 / (variance + off.squaredNorm() / (kLossScale * kLossScale));
      normal += weight * j.transpose() * j;
      gradient += weight * j.transpose() * off;
    }
    const Eigen::Vector3d step = normal.ldlt().solve(gradient);
    if (!step.allFinite()) return;
    point.position += step;
  }
}

TriangulationOutcome TriangulatePoint(const SparseMap& map,
                                      MapPoint& point,
                                      const TriangulationOptions& options) {
  point.valid = false;
  const std::vector<Ray> rays = RaysOf(map, point);
  if (rays.size() < 2) return TriangulationOutcome::kTooFewViews;
  bool wide = false;
  int best_count = 0;
  Eigen::Vector3d best = Eigen::Vector3d::Zero();
  for (const auto& [i, j] : CandidatePairs(static_cast<int>(rays.size()))) {
    if (rays[i].direction.dot(rays[j].direction) > std::cos(options.min_angle_rad)) continue;
    wide = true;
    const auto middle = Midpoint(rays[i], rays[j]);
    if (!middle) continue;
    point.position = *middle;
    const int count = MarkInliers(map, point, options.max_error_px);
    if (count > best_count) {
      best_count = count;
      best = *middle;
    }
    if (best_count == static_cast<int>(rays.size())) break;
  }
  if (best_count < 2) {
    for (MapObservation& seen : point.track) seen.inlier = false;
    return wide ? TriangulationOutcome::kInconsistent : TriangulationOutcome::kSmallAngle;
  }
  point.position = best;
  MarkInliers(map, point, options.max_error_px);
  RefinePosition(map, point);
  if (MarkInliers(map, point, options.max_error_px) < 2 || map.ParallaxAngle(point) < options.min_angle_rad) {
    for (MapObservation& seen : point.track) seen.inlier = false;
    return TriangulationOutcome::kInconsistent;
  }
  point.valid = true;
  return TriangulationOutcome::kOk;
}

}  // namespace rv::sparse
