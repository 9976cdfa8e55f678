// Spins whose unevenness is known.
#include "bench/spin_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace rv {
namespace {

// A virtual camera 10 from the center, looking at it from 20 degrees above, in a world that stands askew.
ScoredPose SpinPose(double azimuth_deg, double distance = 10) {
  const double degree = std::numbers::pi / 180;
  const Eigen::Quaterniond askew(Eigen::AngleAxisd(0.9, Eigen::Vector3d(1, -2, 0.5).normalized()));
  const Eigen::Quaterniond down(Eigen::AngleAxisd(20 * degree, Eigen::Vector3d::UnitX()));
  const Eigen::Quaterniond turn(Eigen::AngleAxisd(azimuth_deg * degree, Eigen::Vector3d::UnitY()));
  ScoredPose pose;
  pose.cam_from_world = {down * turn * askew, {0, 0, distance}};
  pose.camera = Camera::Simple(800, 600, 900);
  return pose;
}

TEST(ScoreSpin, IsZeroForAnEvenSteadySpin) {
  std::vector<ScoredPose> poses;
  for (int i = 0; i < 36; ++i) poses.push_back(SpinPose(10 * i));
  const Result<SpinScores> scores = ScoreSpin(poses, true);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(std::abs(scores->step_deg), 10, 1e-9);
  EXPECT_NEAR(scores->step_max_pct, 0, 1e-6);
  EXPECT_NEAR(scores->drift_rms_pct, 0, 1e-9);
  EXPECT_NEAR(scores->size_max_pct, 0, 1e-9);
}

TEST(ScoreSpin, SeesAnUnevenStep) {
  std::vector<ScoredPose> poses;
  for (int i = 0; i < 36; ++i) poses.push_back(SpinPose(10 * i + (i == 7 ? 2 : 0)));
  const Result<SpinScores> scores = ScoreSpin(poses, true);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(scores->step_max_pct, 20, 1e-6);
  EXPECT_NEAR(scores->step_rms_pct, std::sqrt(2 * 400 / 36.0), 1e-6);
}

TEST(ScoreSpin, DoesNotCloseAnOpenArc) {
  std::vector<ScoredPose> poses;
  for (int i = 0; i < 12; ++i) poses.push_back(SpinPose(10 * i));
  EXPECT_NEAR(ScoreSpin(poses, false)->step_max_pct, 0, 1e-6);
  EXPECT_GT(ScoreSpin(poses, true)->step_max_pct, 100);
}

TEST(ScoreSpin, SeesDriftAndSize) {
  std::vector<ScoredPose> poses;
  for (int i = 0; i < 36; ++i) {
    poses.push_back(SpinPose(10 * i, i % 2 == 0 ? 10.0 : 10.0 / 1.02));
    poses.back().camera.cx_px += i % 2 == 0 ? 8 : -8;  // 1 % of the width to either side
  }
  const Result<SpinScores> scores = ScoreSpin(poses, true);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(scores->drift_rms_pct, 1, 1e-6);
  EXPECT_NEAR(scores->size_max_pct, 100 * 0.01 / 1.01, 1e-6);
  EXPECT_NEAR(scores->size_rms_pct, 100 * 0.01 / 1.01, 1e-6);
  EXPECT_NEAR(scores->step_max_pct, 0, 1e-6);
}

TEST(ScoreSpin, RefusesTwoFrames) { EXPECT_FALSE(ScoreSpin({SpinPose(0), SpinPose(10)}, false)); }

}  // namespace
}  // namespace rv
