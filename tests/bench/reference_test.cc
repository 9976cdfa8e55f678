// Holds ScorePoses against the reference scorer of the shared data, on real ground truth and disturbed poses.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "bench/child_usage.h"
#include "bench/pose_files.h"
#include "tests/bench/test_folder.h"

namespace rv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "/usr/bin/python3";

// The truth in another world, each pose disturbed, each fourth one missing.
PoseMap Disturbed(const GroundTruth& truth, double sigma) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, sigma);
  const Eigen::Quaterniond world(Eigen::AngleAxisd(0.8, Eigen::Vector3d(1, 1, -2).normalized()));
  std::vector<Rigid3> cams;
  for (const auto& [name, pose] : truth.poses) cams.push_back(pose.cam_from_world);
  const double radius = (cams.front().Origin() - LookAtPoint(cams)).norm();
  PoseMap poses;
  int number = 0;
  for (auto [name, pose] : truth.poses) {
    if (++number % 4 == 0) continue;
    const auto noise = [&] { return Eigen::Vector3d(normal(random), normal(random), normal(random)); };
    const Eigen::Vector3d turn = noise();
    const Eigen::Vector3d center = 3.0 * (world * (pose.cam_from_world.Origin() + 0.3 * radius * noise()));
    pose.cam_from_world.rotation =
        Eigen::AngleAxisd(turn.norm(), turn.normalized()) * pose.cam_from_world.rotation * world.conjugate();
    pose.cam_from_world.translation = -(pose.cam_from_world.rotation * center);
    pose.camera.width *= 2;
    pose.camera.height *= 2;
    pose.camera.focal_px *= 2 * (1 + normal(random));
    poses[name] = pose;
  }
  return poses;
}

class ReferenceScorer : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceScorer, AgreesOnDisturbedPoses) {
  const fs::path scorer = SharedFolder() / "tools" / "score_poses.py";
  const fs::path gt = SharedFolder() / "sweeps" / GetParam();
  if (!fs::exists(scorer) || !fs::exists(gt)) GTEST_SKIP() << "no shared data at " << SharedFolder();
  const Result<ChildUsage> numpy = MeasureChild({.arguments = {kPython, "-c", "import numpy"}});
  if (!numpy || numpy->exit_code != 0) GTEST_SKIP() << "needs python3 and python3-numpy";

  const Result<GroundTruth> truth = ReadGroundTruth(gt);
  ASSERT_TRUE(truth) << truth.error().message;
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  for (const double sigma : {0.0003, 0.01, 0.05}) {
    WriteColmapModel(Disturbed(*truth, sigma), folder->path());
    const Result<PoseMap> estimate = ReadColmapPoses(folder->path());
    ASSERT_TRUE(estimate) << estimate.error().message;
    const fs::path out = folder->path() / "scores.json";
    const Result<ChildUsage> run =
        MeasureChild({.arguments = {kPython, scorer, gt, folder->path(), "--json"}, .stdout_file = out});
    ASSERT_TRUE(run);
    ASSERT_EQ(run->exit_code, 0);
    const auto expected = nlohmann::json::parse(ReadText(out));

    const PoseScores scores = ScorePoses(*truth, *estimate);
    EXPECT_EQ(scores.registered, expected.at("registered").get<int>());
    EXPECT_NEAR(scores.auc1, expected.at("auc1").get<double>(), 0.01);
    EXPECT_NEAR(scores.auc3, expected.at("auc3").get<double>(), 0.01);
    EXPECT_NEAR(scores.auc5, expected.at("auc5").get<double>(), 0.01);
    EXPECT_NEAR(scores.auc10, expected.at("auc10").get<double>(), 0.01);
    EXPECT_NEAR(scores.ate_pct.value(), expected.at("ate_pct_radius").get<double>(), 1e-4);
    EXPECT_NEAR(scores.rotation_rmse_deg.value(), expected.at("rot_rmse_deg").get<double>(), 1e-3);
    EXPECT_NEAR(scores.focal_error_pct.value(), expected.at("focal_err_pct").get<double>(), 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Sweeps,
                         ReferenceScorer,
                         testing::Values("strecha_fountain-P11/gt.json",
                                         "middlebury_templeRing/gt.json",
                                         "nerf_chair_orbit/gt.json",
                                         "stitch_toy_video/gt_video.json"));

}  // namespace
}  // namespace rv
