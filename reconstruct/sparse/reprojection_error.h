// The residual of bundle adjustment: (project(intrinsics, center, pose, point) - px) / sigma_px.
#pragma once

#include <ceres/ceres.h>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>

namespace rv::sparse {

// Parameter blocks: intrinsics [ln f, k1, k2], center [cx, cy] px, rotation quaternion [x, y, z, w], translation
// [3], point [3]. Derivatives by hand, since they are most of the time that mapping takes;
// reprojection_error_test holds them against central differences.
class ReprojectionError : public ceres::SizedCostFunction<2, 3, 2, 4, 3, 3> {
 public:
  ReprojectionError(const Eigen::Vector2d& px, double sigma_px) : px_(px), weight_(1.0 / sigma_px) {}

  bool Evaluate(double const* const* blocks, double* residual, double** jacobians) const override {
    const double f = std::exp(blocks[0][0]);
    const double k1 = blocks[0][1];
    const double k2 = blocks[0][2];
    const Eigen::Map<const Eigen::Quaterniond> q(blocks[2]);
    const Eigen::Vector3d point(blocks[4][0], blocks[4][1], blocks[4][2]);
    const Eigen::Vector3d in_cam = q * point + Eigen::Vector3d(blocks[3][0], blocks[3][1], blocks[3][2]);
    if (in_cam.z() < 1e-9) return false;
    const Eigen::Vector2d p = in_cam.head<2>() / in_cam.z();
    const double r2 = p.squaredNorm();
    const double d = 1 + r2 * (k1 + r2 * k2);
    Eigen::Map<Eigen::Vector2d> r(residual);
    r = weight_ * (f * d * p + Eigen::Vector2d(blocks[1][0], blocks[1][1]) - px_);
    if (jacobians == nullptr) return true;

    using Wide = Eigen::Matrix<double, 2, 3, Eigen::RowMajor>;
    // px by normalized p, then p by the point in cam.
    const Eigen::Matrix2d px_by_p =
        weight_ * f * (d * Eigen::Matrix2d::Identity() + (2 * k1 + 4 * k2 * r2) * p * p.transpose());
    Wide p_by_cam;
    p_by_cam << 1 / in_cam.z(), 0, -p.x() / in_cam.z(), 0, 1 / in_cam.z(), -p.y() / in_cam.z();
    const Wide px_by_cam = px_by_p * p_by_cam;
    if (jacobians[0] != nullptr) {
      Eigen::Map<Wide> intrinsics(jacobians[0]);
      intrinsics.col(0) = weight_ * f * d * p;
      intrinsics.col(1) = weight_ * f * r2 * p;
      intrinsics.col(2) = weight_ * f * r2 * r2 * p;
    }
    if (jacobians[1] != nullptr) {
      Eigen::Map<Eigen::Matrix<double, 2, 2, Eigen::RowMajor>> center(jacobians[1]);
      center = weight_ * Eigen::Matrix2d::Identity();
    }
    if (jacobians[2] != nullptr) {
      Eigen::Map<Eigen::Matrix<double, 2, 4, Eigen::RowMajor>> rotation(jacobians[2]);
      rotation = px_by_cam * RotatedByQuaternion(q, point);
    }
    if (jacobians[3] != nullptr) {
      Eigen::Map<Wide> translation(jacobians[3]);
      translation = px_by_cam;
    }
    if (jacobians[4] != nullptr) {
      Eigen::Map<Wide> position(jacobians[4]);
      position = px_by_cam * q.toRotationMatrix();
    }
    return true;
  }

 private:
  // d (q * v) / d [x, y, z, w] for q * v = v + 2 w (u x v) + 2 u x (u x v), u = (x, y, z).
  static Eigen::Matrix<double, 3, 4> RotatedByQuaternion(const Eigen::Quaterniond& q,
                                                         const Eigen::Vector3d& v) {
    const Eigen::Vector3d u = q.vec();
    Eigen::Matrix3d cross;
    cross << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
    Eigen::Matrix<double, 3, 4> j;
    j.leftCols<3>() = -2 * q.w() * cross + 2 * (u.dot(v) * Eigen::Matrix3d::Identity() + u * v.transpose() -
                                                2 * v * u.transpose());
    j.col(3) = 2 * u.cross(v);
    return j;
  }

  Eigen::Vector2d px_;
  double weight_;
};

}  // namespace rv::sparse
