#include "scene/geometry.h"

#include <cmath>

#include "base/check.h"

namespace rv {

Camera Camera::Simple(int width, int height, double focal_px) {
  return {
      .width = width, .height = height, .focal_px = focal_px, .cx_px = width / 2.0, .cy_px = height / 2.0};
}

std::optional<Eigen::Vector2d> Camera::Project(const Eigen::Vector3d& point_in_cam) const {
  if (point_in_cam.z() <= 1e-9) return std::nullopt;
  const Eigen::Vector2d p = point_in_cam.head<2>() / point_in_cam.z();
  const double r2 = p.squaredNorm();
  const double d = 1.0 + r2 * (k1 + r2 * k2);
  return Eigen::Vector2d(focal_px * d * p.x() + cx_px, focal_px * d * p.y() + cy_px);
}

Eigen::Vector3d Camera::Ray(const Eigen::Vector2d& pixel) const {
  const Eigen::Vector2d distorted((pixel.x() - cx_px) / focal_px, (pixel.y() - cy_px) / focal_px);
  const double rd = distorted.norm();
  if (rd < 1e-12 || (k1 == 0 && k2 == 0)) return {distorted.x(), distorted.y(), 1.0};
  double r = rd;
  for (int i = 0; i < 20; ++i) {
    const double r2 = r * r;
    const double value = r * (1.0 + r2 * (k1 + r2 * k2)) - rd;
    const double slope = 1.0 + r2 * (3.0 * k1 + 5.0 * r2 * k2);
    if (std::abs(slope) < 1e-6) break;  // at the fold of a strongly negative k: keep the last good radius
    const double step = value / slope;
    r -= step;
    if (std::abs(step) < 1e-14) break;
  }
  const Eigen::Vector2d undistorted = distorted * (r / rd);
  return {undistorted.x(), undistorted.y(), 1.0};
}

Camera Camera::Scaled(int new_width, int new_height) const {
  RV_CHECK_GT(width, 0);
  RV_CHECK_GT(height, 0);
  const double sx = static_cast<double>(new_width) / width;
  const double sy = static_cast<double>(new_height) / height;
  Camera scaled = *this;
  scaled.width = new_width;
  scaled.height = new_height;
  scaled.focal_px = focal_px * std::sqrt(sx * sy);
  scaled.cx_px = cx_px * sx;
  scaled.cy_px = cy_px * sy;
  return scaled;
}

}  // namespace rv
