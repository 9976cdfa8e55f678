#include "bench/spin_metrics.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/statistics.h"
#include "base/text.h"

namespace rv {
namespace {

// Largest and root mean square deviation from `mean`, in % of it.
struct Deviation {
  double max_pct = 0;
  double rms_pct = 0;
};

Deviation DeviationFrom(double mean, const std::vector<double>& values) {
  Deviation deviation;
  double squares = 0;
  for (const double value : values) {
    const double pct = 100.0 * (value / mean - 1.0);
    deviation.max_pct = std::max(deviation.max_pct, std::abs(pct));
    squares += pct * pct;
  }
  deviation.rms_pct = std::sqrt(squares / static_cast<double>(values.size()));
  return deviation;
}

Eigen::Vector3d AxisNormalToRightVectors(const std::vector<ScoredPose>& poses) {
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const ScoredPose& pose : poses) {
    const Eigen::Vector3d right = pose.cam_from_world.rotation.conjugate() * Eigen::Vector3d::UnitX();
    scatter += right * right.transpose();
  }
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(scatter).eigenvectors().col(
      0);  // of the least eigenvalue
}

std::vector<double> StepsDeg(const std::vector<ScoredPose>& poses,
                             const Eigen::Vector3d& center,
                             bool closed) {
  const Eigen::Vector3d axis = AxisNormalToRightVectors(poses);
  std::vector<Eigen::Vector3d> arms;
  for (const ScoredPose& pose : poses) {
    const Eigen::Vector3d arm = pose.cam_from_world.Origin() - center;
    arms.push_back(arm - axis * axis.dot(arm));
  }
  std::vector<double> steps;
  for (std::size_t i = 0; i + (closed ? 0 : 1) < arms.size(); ++i) {
    const Eigen::Vector3d& a = arms[i];
    const Eigen::Vector3d& b = arms[(i + 1) % arms.size()];
    steps.push_back(std::atan2(axis.dot(a.cross(b)), a.dot(b)) * 180.0 / std::numbers::pi);
  }
  return steps;
}

}  // namespace

Result<SpinScores> ScoreSpin(const std::vector<ScoredPose>& poses, bool closed) {
  if (poses.size() < 3)
    return Fail(ErrorCode::kInsufficientData, "a spin of fewer than 3 frames has no axis");
  std::vector<Rigid3> cams;
  for (const ScoredPose& pose : poses) cams.push_back(pose.cam_from_world);
  const Eigen::Vector3d center = LookAtPoint(cams);

  std::vector<double> sizes;
  Eigen::Matrix2Xd places(2, static_cast<Eigen::Index>(poses.size()));
  for (std::size_t i = 0; i < poses.size(); ++i) {
    const Eigen::Vector3d in_cam = poses[i].cam_from_world * center;
    const auto pixel = poses[i].camera.Project(in_cam);
    if (!pixel) return Fail(ErrorCode::kInsufficientData, Text("the subject's centre lies behind frame ", i));
    places.col(static_cast<Eigen::Index>(i)) = *pixel / poses[i].camera.width;
    sizes.push_back(poses[i].camera.focal_px / in_cam.z());
  }
  const Eigen::Vector2d place = places.rowwise().mean();

  SpinScores scores;
  scores.frames = static_cast<int>(poses.size());
  const std::vector<double> steps = StepsDeg(poses, center, closed);
  scores.step_deg = Mean(steps);
  const Deviation step = DeviationFrom(scores.step_deg, steps);
  scores.step_max_pct = step.max_pct;
  scores.step_rms_pct = step.rms_pct;
  scores.drift_rms_pct = 100.0 * std::sqrt((places.colwise() - place).colwise().squaredNorm().mean());
  const Deviation size = DeviationFrom(Mean(sizes), sizes);
  scores.size_max_pct = size.max_pct;
  scores.size_rms_pct = size.rms_pct;
  return scores;
}

}  // namespace rv
