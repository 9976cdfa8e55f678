// Scores of hand-made poses whose figures are known.
#include "bench/pose_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace rv {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Radians(double degrees) { return degrees * std::numbers::pi / 180.0; }

// A camera at distance 10 from the origin, looking at it, `azimuth_deg` round the y axis.
ScoredPose RingPose(double azimuth_deg, double radius = 10.0) {
  ScoredPose pose;
  pose.cam_from_world.rotation = Eigen::AngleAxisd(Radians(azimuth_deg), Eigen::Vector3d::UnitY());
  pose.cam_from_world.translation = {0, 0, radius};
  pose.camera = Camera::Simple(640, 480, 500);
  return pose;
}

GroundTruth Ring(int count) {
  GroundTruth truth;
  for (int i = 0; i < count; ++i) truth.poses[std::to_string(i) + ".jpg"] = RingPose(360.0 * i / count);
  return truth;
}

// The same cameras in another world: world2 = scale * (rotation * world) + shift.
PoseMap Moved(const PoseMap& poses,
              double scale,
              const Eigen::Quaterniond& rotation,
              const Eigen::Vector3d& shift) {
  PoseMap moved = poses;
  for (auto& [name, pose] : moved) {
    const Eigen::Vector3d center = scale * (rotation * pose.cam_from_world.Origin()) + shift;
    pose.cam_from_world.rotation = pose.cam_from_world.rotation * rotation.conjugate();
    pose.cam_from_world.translation = -(pose.cam_from_world.rotation * center);
  }
  return moved;
}

TEST(AreaUnderRecall, IsFullForNoErrorAndEmptyForInfiniteErrors) {
  EXPECT_DOUBLE_EQ(AreaUnderRecall({0, 0, 0}, 5), 100.0);
  EXPECT_DOUBLE_EQ(AreaUnderRecall({kInfinity, kInfinity}, 5), 0.0);
  EXPECT_DOUBLE_EQ(AreaUnderRecall({}, 5), 0.0);
}

TEST(AreaUnderRecall, IntegratesTheInterpolatedCurve) {
  // Recall rises from 0 to 1/2 at error 1 and to 1 at error 2, then stays: 0.25 + 0.75 + 2 over 4.
  EXPECT_DOUBLE_EQ(AreaUnderRecall({2, 1}, 4), 100.0 * 3.0 / 4.0);
  // An error at the threshold does not count: flat at 1/2 from error 1 on.
  EXPECT_DOUBLE_EQ(AreaUnderRecall({1, 2}, 2), 100.0 * (0.25 + 0.5) / 2.0);
  // A missing pair halves the curve.
  EXPECT_DOUBLE_EQ(AreaUnderRecall({1, kInfinity}, 2), 100.0 * (0.25 + 0.5) / 2.0);
}

TEST(ScorePoses, IsPerfectForTheTruthInAnotherWorld) {
  const GroundTruth truth = Ring(12);
  const Eigen::Quaterniond turn(Eigen::AngleAxisd(1.2, Eigen::Vector3d(1, 2, 3).normalized()));
  const PoseScores scores = ScorePoses(truth, Moved(truth.poses, 0.37, turn, {4, -5, 6}));
  EXPECT_EQ(scores.images, 12);
  EXPECT_DOUBLE_EQ(scores.registered_pct, 100);
  EXPECT_NEAR(scores.auc1, 100, 1e-4);
  EXPECT_NEAR(*scores.ate_pct, 0, 1e-9);
  EXPECT_NEAR(*scores.rotation_rmse_deg, 0, 1e-5);
  EXPECT_NEAR(*scores.focal_error_pct, 0, 1e-9);
}

TEST(ScorePoses, CountsAMissingPictureAsFailure) {
  const GroundTruth truth = Ring(5);
  PoseMap estimate = truth.poses;
  estimate.erase("3.jpg");
  const PoseScores scores = ScorePoses(truth, estimate);
  EXPECT_EQ(scores.registered, 4);
  EXPECT_DOUBLE_EQ(scores.registered_pct, 80);
  EXPECT_NEAR(scores.auc5, 60, 1e-4);  // 6 of 10 pairs are left
  EXPECT_NEAR(*scores.ate_pct, 0, 1e-9);
}

TEST(ScorePoses, TakesTheLargerOfRotationAndDirectionError) {
  GroundTruth truth;
  truth.subject = Eigen::Vector3d::Zero();
  truth.poses["a"] = RingPose(0);
  truth.poses["b"] = RingPose(90);
  PoseMap estimate = truth.poses;
  // b turned by 2 degrees about its own center: the baseline's direction, seen from b, turns with it.
  const Eigen::Quaterniond turn(Eigen::AngleAxisd(Radians(2), Eigen::Vector3d::UnitZ()));
  estimate["b"].cam_from_world = Rigid3{turn, Eigen::Vector3d::Zero()} * estimate["b"].cam_from_world;
  EXPECT_NEAR(ScorePoses(truth, estimate).auc5, 100.0 * (0.5 * 2 + 3) / 5, 1e-4);
  // b's center moved along its y axis: rotations stay exact, the direction is off by atan(d / baseline).
  estimate["b"] = truth.poses["b"];
  const double baseline = 10 * std::sqrt(2.0);
  estimate["b"].cam_from_world.translation.y() += baseline * std::tan(Radians(3));
  EXPECT_NEAR(ScorePoses(truth, estimate).auc5, 100.0 * (0.5 * 3 + 2) / 5, 1e-4);
}

TEST(ScorePoses, IgnoresTheDirectionOfATinyTrueBaseline) {
  GroundTruth truth;
  truth.subject = Eigen::Vector3d::Zero();
  truth.poses["a"] = RingPose(0, 10.0);
  truth.poses["b"] = RingPose(0, 10.09);  // 0.9 % of the radius apart
  PoseMap estimate = truth.poses;
  estimate["b"] = RingPose(0, 9.9);  // on the other side
  EXPECT_NEAR(ScorePoses(truth, estimate).auc1, 100, 1e-4);
  truth.poses["b"] = RingPose(0, 10.2);  // 2 % apart: now the direction counts
  EXPECT_NEAR(ScorePoses(truth, estimate).auc1, 0, 1e-4);
  // No baseline at all in the estimate is a failure too.
  estimate["b"] = estimate["a"];
  EXPECT_NEAR(ScorePoses(truth, estimate).auc10, 0, 1e-4);
}

TEST(ScorePoses, MeasuresTrajectoryErrorInPercentOfTheRadius) {
  // Four cameras on a square; two opposite ones moved up and two down by d: no similarity takes that away.
  const GroundTruth truth = Ring(4);
  PoseMap estimate = truth.poses;
  const double d = 0.05;
  double sign = 1;
  for (auto& [name, pose] : estimate) {
    pose.cam_from_world.translation.y() += sign * d;
    sign = -sign;
  }
  const PoseScores scores = ScorePoses(truth, estimate);
  EXPECT_NEAR(*scores.ate_pct, 100 * d / 10.0, 1e-3);
  EXPECT_NEAR(*scores.rotation_rmse_deg, 0, 1e-5);
}

TEST(ScorePoses, MeasuresRotationError) {
  const GroundTruth truth = Ring(8);
  PoseMap estimate = truth.poses;
  for (auto& [name, pose] : estimate) {
    const Rigid3 turn{Eigen::Quaterniond(Eigen::AngleAxisd(Radians(0.7), Eigen::Vector3d::UnitX())),
                      Eigen::Vector3d::Zero()};
    pose.cam_from_world = turn * pose.cam_from_world;
  }
  const PoseScores scores = ScorePoses(truth, estimate);
  EXPECT_NEAR(*scores.rotation_rmse_deg, 0.7, 1e-5);
  EXPECT_NEAR(*scores.ate_pct, 0, 1e-9);
}

TEST(ScorePoses, MeasuresFocalErrorAtTheTruthsSize) {
  const GroundTruth truth = Ring(3);
  PoseMap estimate = truth.poses;
  for (auto& [name, pose] : estimate) pose.camera = Camera::Simple(320, 240, 252.5);
  EXPECT_NEAR(*ScorePoses(truth, estimate).focal_error_pct, 1.0, 1e-9);
  for (auto& [name, pose] : estimate) pose.camera.focal_px = 0;
  EXPECT_FALSE(ScorePoses(truth, estimate).focal_error_pct.has_value());
}

TEST(ScorePoses, MatchesNamesWithoutFolderThenWithoutExtension) {
  GroundTruth truth;
  for (int i = 0; i < 3; ++i) truth.poses["00000" + std::to_string(i)] = RingPose(20 * i);
  PoseMap estimate;
  for (int i = 0; i < 3; ++i) estimate["images/00000" + std::to_string(i) + ".jpg"] = RingPose(20 * i);
  EXPECT_EQ(ScorePoses(truth, estimate).registered, 3);
}

TEST(ScorePoses, LeavesTheAlignedScoresOutForTwoPictures) {
  const GroundTruth truth = Ring(2);
  EXPECT_FALSE(ScorePoses(truth, truth.poses).ate_pct.has_value());
}

TEST(LookAtPoint, FindsWhereTheAxesMeet) {
  std::vector<Rigid3> cams;
  for (const double azimuth : {0.0, 40.0, 100.0}) {
    Rigid3 cam = RingPose(azimuth).cam_from_world;
    cam.translation -= cam.rotation * Eigen::Vector3d(1, 2, 3);  // the ring moved to (1, 2, 3)
    cams.push_back(cam);
  }
  EXPECT_NEAR((LookAtPoint(cams) - Eigen::Vector3d(1, 2, 3)).norm(), 0, 1e-9);
}

}  // namespace
}  // namespace rv
