// Pixels of one small frame in another, by their inverse depth. Internal to reconstruct/.
#pragma once

#include <Eigen/Dense>

#include "reconstruct/depth/depth_frame.h"

namespace rv::depth {

// Homogeneous pixels of the other frame: turn * (x, y, 1) + inverse * shift.
struct Transfer {
  Eigen::Matrix3f turn;
  Eigen::Vector3f shift;
};

inline Eigen::Matrix3d Intrinsics(const Camera& camera) {
  Eigen::Matrix3d k;
  k << camera.focal_px, 0, camera.cx_px, 0, camera.focal_px, camera.cy_px, 0, 0, 1;
  return k;
}

inline Transfer MakeTransfer(const DepthFrame& from, const DepthFrame& to) {
  const Rigid3 to_from = to.cam_from_world * from.cam_from_world.Inverse();
  const Eigen::Matrix3d turn =
      Intrinsics(to.camera) * to_from.rotation.toRotationMatrix() * Intrinsics(from.camera).inverse();
  return {turn.cast<float>(), (Intrinsics(to.camera) * to_from.translation).cast<float>()};
}

}  // namespace rv::depth
