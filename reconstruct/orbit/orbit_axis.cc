#include "reconstruct/orbit/orbit_axis.h"

#include <Eigen/Dense>
#include <cmath>

namespace rv::orbit {
namespace {

struct CameraAxes {
  Eigen::Vector3d origin;
  Eigen::Vector3d right;       // image x, in world
  Eigen::Vector3d picture_up;  // image -y, in world
};

std::vector<CameraAxes> AxesOf(const Reconstruction& reconstruction, const std::vector<int>& posed) {
  std::vector<CameraAxes> axes;
  for (const int index : posed) {
    const Rigid3& cam_from_world = reconstruction.frames[index].cam_from_world;
    const Eigen::Quaterniond world_from_cam = cam_from_world.rotation.conjugate();
    axes.push_back({.origin = cam_from_world.Origin(),
                    .right = world_from_cam * Eigen::Vector3d::UnitX(),
                    .picture_up = world_from_cam * -Eigen::Vector3d::UnitY()});
  }
  return axes;
}

// Whether the pictures lie on their side: a camera that circles its subject moves sideways, which is then
// along image y.
bool TakenSideways(const std::vector<CameraAxes>& axes) {
  double along_x = 0;
  double along_y = 0;
  for (std::size_t i = 0; i + 1 < axes.size(); ++i) {
    const Eigen::Vector3d step = axes[i + 1].origin - axes[i].origin;
    along_x += std::abs(step.dot(axes[i].right));
    along_y += std::abs(step.dot(axes[i].picture_up));
  }
  constexpr double kClearlyMore = 1.5;
  return along_y > kClearlyMore * along_x;
}

Eigen::Matrix3d PositionScatter(const std::vector<CameraAxes>& axes) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const CameraAxes& a : axes) mean += a.origin / static_cast<double>(axes.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const CameraAxes& a : axes) scatter += (a.origin - mean) * (a.origin - mean).transpose();
  const double trace = scatter.trace();
  return trace > 0 ? Eigen::Matrix3d(scatter / trace) : Eigen::Matrix3d::Zero();
}

}  // namespace

Eigen::Vector3d EstimateUp(const Reconstruction& reconstruction,
                           const std::vector<int>& posed,
                           const Eigen::Vector3d& center) {
  // Hand-held roll is unbiased over a ring while a spiral tilts the plane of positions, so the image axes
  // have the largest weight. The cameras' own up only decides where the other two terms leave a direction
  // open (very short arcs).
  constexpr double kPlaneWeight = 0.05;
  constexpr double kPictureUpWeight = 0.005;
  constexpr double kNearTie = 0.1;  // share of the cameras
  const std::vector<CameraAxes> axes = AxesOf(reconstruction, posed);
  const bool sideways = TakenSideways(axes);
  const double count = static_cast<double>(axes.size());
  Eigen::Matrix3d cost = kPlaneWeight * PositionScatter(axes);
  for (const CameraAxes& a : axes) {
    const Eigen::Vector3d& horizontal = sideways ? a.picture_up : a.right;
    const Eigen::Vector3d& vertical = sideways ? a.right : a.picture_up;
    cost += horizontal * horizontal.transpose() / count;
    cost -= kPictureUpWeight * vertical * vertical.transpose() / count;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(cost);
  Eigen::Vector3d up = solver.eigenvectors().col(0).normalized();
  int agree = 0;
  int above = 0;
  for (const CameraAxes& a : axes) {
    agree += a.picture_up.dot(up) > 0;
    above += (a.origin - center).dot(up) > 0;
  }
  // Most cameras are upright. For a near tie, and for pictures on their side, the position decides: items are
  // filmed from above their middle more often than from below.
  const double share = agree / count;
  const bool undecided = sideways || std::abs(share - 0.5) < kNearTie;
  if (undecided ? 2 * above < static_cast<int>(axes.size()) : share < 0.5) up = -up;
  return up;
}

}  // namespace rv::orbit
