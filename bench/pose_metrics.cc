#include "bench/pose_metrics.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numbers>

#include "base/check.h"

namespace rv {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// of the radius: below it the direction of translation says nothing
constexpr double kMinBaselineShare = 0.01;

double Degrees(double radians) { return radians * 180.0 / std::numbers::pi; }

double AngleDeg(const Eigen::Quaterniond& rotation) {
  return Degrees(2.0 * std::atan2(rotation.vec().norm(), std::abs(rotation.w())));
}

double AngleDeg(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return Degrees(std::atan2(a.cross(b).norm(), a.dot(b)));
}

struct Match {
  const ScoredPose* truth = nullptr;
  const ScoredPose* estimate = nullptr;  // null: not registered
};

std::vector<Match> MatchByName(const PoseMap& truth, const PoseMap& estimate) {
  std::map<std::string, const ScoredPose*> by_base;
  std::map<std::string, const ScoredPose*> by_stem;
  for (const auto& [name, pose] : estimate) {
    const std::filesystem::path path(name);
    by_base[path.filename().string()] = &pose;
    by_stem[path.stem().string()] = &pose;
  }
  std::vector<Match> matches;
  for (const auto& [name, pose] : truth) {
    const std::filesystem::path path(name);
    Match match{.truth = &pose};
    if (auto base = by_base.find(path.filename().string()); base != by_base.end()) {
      match.estimate = base->second;
    } else if (auto stem = by_stem.find(path.stem().string()); stem != by_stem.end()) {
      match.estimate = stem->second;
    }
    matches.push_back(match);
  }
  return matches;
}

double PairErrorDeg(const Match& a, const Match& b, double radius) {
  if (a.estimate == nullptr || b.estimate == nullptr) return kInfinity;
  const Rigid3 truth = b.truth->cam_from_world * a.truth->cam_from_world.Inverse();
  const Rigid3 estimate = b.estimate->cam_from_world * a.estimate->cam_from_world.Inverse();
  const double rotation = AngleDeg(truth.rotation.conjugate() * estimate.rotation);
  if (truth.translation.norm() < kMinBaselineShare * radius) return rotation;
  if (estimate.translation.norm() < 1e-12) return 180.0;
  return std::max(rotation, AngleDeg(truth.translation, estimate.translation));
}

void ScorePairs(const std::vector<Match>& matches, double radius, PoseScores& scores) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    for (std::size_t j = i + 1; j < matches.size(); ++j)
      errors.push_back(PairErrorDeg(matches[i], matches[j], radius));
  }
  scores.auc1 = AreaUnderRecall(errors, 1);
  scores.auc3 = AreaUnderRecall(errors, 3);
  scores.auc5 = AreaUnderRecall(errors, 5);
  scores.auc10 = AreaUnderRecall(errors, 10);
}

void ScoreAligned(const std::vector<Match>& registered, double radius, PoseScores& scores) {
  const auto count = static_cast<Eigen::Index>(registered.size());
  if (count < 3) return;
  Eigen::Matrix3Xd truth(3, count);
  Eigen::Matrix3Xd estimate(3, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    truth.col(i) = registered[i].truth->cam_from_world.Origin();
    estimate.col(i) = registered[i].estimate->cam_from_world.Origin();
  }
  const Similarity align = AlignPoints(estimate, truth);
  const Eigen::Matrix3Xd aligned = (align.scale * (align.rotation * estimate)).colwise() + align.translation;
  scores.ate_pct = 100.0 * std::sqrt((aligned - truth).colwise().squaredNorm().mean()) / radius;
  const Eigen::Quaterniond rotation(align.rotation);
  double squares = 0;
  for (const Match& m : registered) {
    const double angle = AngleDeg(m.truth->cam_from_world.rotation * rotation *
                                  m.estimate->cam_from_world.rotation.conjugate());
    squares += angle * angle;
  }
  scores.rotation_rmse_deg = std::sqrt(squares / static_cast<double>(count));
}

void ScoreFocal(const std::vector<Match>& registered, PoseScores& scores) {
  std::vector<double> errors;
  for (const Match& m : registered) {
    const Camera& truth = m.truth->camera;
    const Camera& estimate = m.estimate->camera;
    if (truth.focal_px <= 0 || estimate.focal_px <= 0) continue;
    const bool sized = truth.width > 0 && estimate.width > 0;
    const double scale = sized ? static_cast<double>(truth.width) / estimate.width : 1.0;
    errors.push_back(estimate.focal_px * scale / truth.focal_px - 1.0);
  }
  if (errors.empty()) return;
  std::sort(errors.begin(), errors.end());
  const std::size_t n = errors.size();
  scores.focal_error_pct = 100.0 * 0.5 * (errors[(n - 1) / 2] + errors[n / 2]);
}

}  // namespace

double AreaUnderRecall(std::vector<double> errors, double threshold) {
  RV_CHECK_GT(threshold, 0.0);
  std::sort(errors.begin(), errors.end());
  const auto total = static_cast<double>(errors.size());
  double area = 0;
  double last_error = 0;
  double last_recall = 0;
  for (std::size_t i = 0; i < errors.size() && errors[i] < threshold; ++i) {
    const double recall = static_cast<double>(i + 1) / total;
    area += 0.5 * (recall + last_recall) * (errors[i] - last_error);
    last_error = errors[i];
    last_recall = recall;
  }
  area += last_recall * (threshold - last_error);
  return 100.0 * area / threshold;
}

Eigen::Vector3d LookAtPoint(const std::vector<Rigid3>& cams_from_world) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (const Rigid3& cam_from_world : cams_from_world) {
    const Eigen::Vector3d axis = cam_from_world.rotation.conjugate() * Eigen::Vector3d::UnitZ();
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis * axis.transpose();
    normal += across;
    right += across * cam_from_world.Origin();
  }
  return normal.colPivHouseholderQr().solve(right);
}

Similarity AlignPoints(const Eigen::Matrix3Xd& a, const Eigen::Matrix3Xd& b) {
  RV_CHECK_EQ(a.cols(), b.cols());
  const Eigen::Matrix4d b_from_a = Eigen::umeyama(a, b, true);
  Similarity align;
  align.scale = std::cbrt(b_from_a.topLeftCorner<3, 3>().determinant());
  align.rotation = b_from_a.topLeftCorner<3, 3>() / align.scale;
  align.translation = b_from_a.topRightCorner<3, 1>();
  return align;
}

PoseScores ScorePoses(const GroundTruth& truth, const PoseMap& estimate) {
  PoseScores scores;
  const std::vector<Match> matches = MatchByName(truth.poses, estimate);
  std::vector<Match> registered;
  std::copy_if(matches.begin(), matches.end(), std::back_inserter(registered),
               [](const Match& m) { return m.estimate != nullptr; });
  scores.images = static_cast<int>(matches.size());
  scores.registered = static_cast<int>(registered.size());
  if (matches.empty()) return scores;
  scores.registered_pct = 100.0 * scores.registered / scores.images;

  std::vector<Rigid3> cams;
  for (const Match& m : matches) cams.push_back(m.truth->cam_from_world);
  const Eigen::Vector3d center = truth.subject ? *truth.subject : LookAtPoint(cams);
  double radius = 0;
  for (const Rigid3& cam : cams) radius += (cam.Origin() - center).norm() / static_cast<double>(cams.size());
  ScorePairs(matches, radius, scores);
  ScoreAligned(registered, radius, scores);
  ScoreFocal(registered, scores);
  return scores;
}

}  // namespace rv
