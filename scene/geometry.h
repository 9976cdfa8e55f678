// Rigid transforms and cameras. A transform is named b_from_a and maps x_in_a to x_in_b; adjacent names
// cancel when composed: c_from_a = c_from_b * b_from_a.
//
// Frames: `cam` x right, y down, z forward; `world` an arbitrary similarity out of reconstruction; `object`
// origin at the orbit's pivot, +Y up, right-handed (as glTF). Pixels: origin at the image's top-left corner,
// so the first pixel's center is (0.5, 0.5). OpenCV puts centers at integers: add 0.5 where points leave it.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <optional>
#include <string>
#include <vector>

namespace rv {

struct Rigid3 {
  Eigen::Quaterniond rotation = Eigen::Quaterniond::Identity();  // unit length
  Eigen::Vector3d translation = Eigen::Vector3d::Zero();

  Eigen::Vector3d operator*(const Eigen::Vector3d& point) const { return rotation * point + translation; }
  Rigid3 operator*(const Rigid3& b_from_a) const {
    return {(rotation * b_from_a.rotation).normalized(), rotation * b_from_a.translation + translation};
  }
  Rigid3 Inverse() const {
    const Eigen::Quaterniond inverse = rotation.conjugate();
    return {inverse, -(inverse * translation)};
  }
  // For cam_from_world: the camera center in world.
  Eigen::Vector3d Origin() const { return -(rotation.conjugate() * translation); }
};

// Pinhole with two radial terms (COLMAP's RADIAL with separate pixel aspect fixed at 1): u = f * d * x + cx,
// v = f * d * y + cy, d = 1 + k1 r^2 + k2 r^4, r^2 = x^2 + y^2, (x, y) = (X/Z, Y/Z). Pixel units are those of
// a width x height picture.
struct Camera {
  int width = 0;
  int height = 0;
  double focal_px = 0;
  double cx_px = 0;
  double cy_px = 0;
  double k1 = 0;
  double k2 = 0;

  // A camera of horizontal and vertical center w/2, h/2 without distortion.
  static Camera Simple(int width, int height, double focal_px);
  // Projects a point in cam; empty at or behind the camera plane (z <= 1e-9).
  std::optional<Eigen::Vector2d> Project(const Eigen::Vector3d& point_in_cam) const;
  // The ray (x, y, 1) in cam through a pixel; undistorts by Newton steps.
  Eigen::Vector3d Ray(const Eigen::Vector2d& pixel) const;
  // The same lens for the picture resized to new_width x new_height (equal aspect within rounding).
  Camera Scaled(int new_width, int new_height) const;
  friend bool operator==(const Camera&, const Camera&) = default;
};

}  // namespace rv
