#include "reconstruct/sparse/resection.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/core/eigen.hpp>
#include <vector>

namespace rv::sparse {
namespace {

struct Seen {
  Eigen::Vector3d point;  // in world
  Eigen::Vector2d px;
};

std::vector<Seen> SeenPoints(const SparseMap& map, int frame) {
  std::vector<Seen> seen;
  for (const ObservationRef& ref : map.frames[frame].sees) {
    const MapPoint& point = map.points[ref.point];
    if (point.valid) seen.push_back({point.position, point.track[ref.slot].px});
  }
  return seen;
}

int CountInliers(const Camera& camera,
                 const Rigid3& pose,
                 const std::vector<Seen>& seen,
                 double max_error_px) {
  int count = 0;
  for (const Seen& s : seen) {
    const auto px = camera.Project(pose * s.point);
    count += px && (*px - s.px).norm() <= max_error_px ? 1 : 0;
  }
  return count;
}

// One Gauss-Newton step with Cauchy weights; left perturbation of cam_from_world.
bool Step(const Camera& camera, const std::vector<Seen>& seen, double scale_px, Rigid3& pose) {
  Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Identity() * 1e-9;
  Eigen::Matrix<double, 6, 1> gradient = Eigen::Matrix<double, 6, 1>::Zero();
  for (const Seen& s : seen) {
    const Eigen::Vector3d p = pose * s.point;
    const auto px = camera.Project(p);
    if (!px) continue;
    const Eigen::Vector2d r = s.px - *px;
    const double weight = 1 / (1 + r.squaredNorm() / (scale_px * scale_px));
    Eigen::Matrix<double, 2, 3> d;
    d << 1 / p.z(), 0, -p.x() / (p.z() * p.z()), 0, 1 / p.z(), -p.y() / (p.z() * p.z());
    d *= camera.focal_px;
    Eigen::Matrix3d cross;
    cross << 0, -p.z(), p.y(), p.z(), 0, -p.x(), -p.y(), p.x(), 0;
    Eigen::Matrix<double, 2, 6> j;
    j << -d * cross, d;
    normal += weight * j.transpose() * j;
    gradient += weight * j.transpose() * r;
  }
  const Eigen::Matrix<double, 6, 1> step = normal.ldlt().solve(gradient);
  if (!step.allFinite()) return false;
  const Eigen::Vector3d w = step.head<3>();
  const Eigen::Quaterniond turn(w.norm() > 1e-15 ? Eigen::AngleAxisd(w.norm(), w.normalized())
                                                 : Eigen::AngleAxisd::Identity());
  pose = Rigid3{turn, step.tail<3>()} * pose;
  return true;
}

}  // namespace

std::optional<ResectionResult> ResectFrame(const SparseMap& map, int frame, const ResectionOptions& options) {
  const std::vector<Seen> seen = SeenPoints(map, frame);
  if (static_cast<int>(seen.size()) < options.min_inliers) return std::nullopt;
  const Camera& camera = map.CameraOf(frame);
  std::vector<cv::Point3d> points;
  std::vector<cv::Point2d> pixels;  // undistorted, focal-scaled, centered
  for (const Seen& s : seen) {
    const Eigen::Vector3d ray = camera.Ray(s.px) * camera.focal_px;
    points.emplace_back(s.point.x(), s.point.y(), s.point.z());
    pixels.emplace_back(ray.x(), ray.y());
  }
  const cv::Matx33d k(camera.focal_px, 0, 0, 0, camera.focal_px, 0, 0, 0, 1);
  cv::Vec3d rotation, translation;
  try {
    if (!cv::solvePnPRansac(points, pixels, k, cv::noArray(), rotation, translation, false, 1000,
                            static_cast<float>(options.max_error_px), 0.9999, cv::noArray(),
                            cv::SOLVEPNP_AP3P))
      return std::nullopt;
  } catch (const cv::Exception&) {
    return std::nullopt;  // degenerate point sets; the same outcome as finding no pose
  }
  cv::Matx33d matrix;
  cv::Rodrigues(rotation, matrix);
  Eigen::Matrix3d r;
  cv::cv2eigen(matrix, r);
  Rigid3 pose{Eigen::Quaterniond(r).normalized(), {translation[0], translation[1], translation[2]}};
  for (int i = 0; i < 10; ++i) {
    if (!Step(camera, seen, 0.5 * options.max_error_px, pose)) return std::nullopt;
  }
  ResectionResult result{pose, CountInliers(camera, pose, seen, options.max_error_px),
                         static_cast<int>(seen.size())};
  if (result.inliers < options.min_inliers || result.inliers < options.min_inlier_share * result.candidates)
    return std::nullopt;
  return result;
}

}  // namespace rv::sparse
