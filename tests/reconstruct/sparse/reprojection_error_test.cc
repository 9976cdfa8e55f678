#include "reconstruct/sparse/reprojection_error.h"

#include <ceres/gradient_checker.h>
#include <gtest/gtest.h>

#include "scene/geometry.h"

namespace rv::sparse {
namespace {

struct Blocks {
  double lens[3] = {std::log(700.0), 0.1, -0.05};
  double center[2] = {321, 239};
  double rotation[4];
  double translation[3] = {0.2, -0.1, 4};
  double point[3] = {0.5, -0.7, 0.3};
  Blocks() {
    Eigen::Map<Eigen::Vector4d> q(rotation);
    q = Eigen::Quaterniond(Eigen::AngleAxisd(0.8, Eigen::Vector3d(1, 2, 3).normalized())).coeffs();
  }
  std::vector<double*> Pointers() { return {lens, center, rotation, translation, point}; }
};

TEST(ReprojectionError, VanishesAtTheProjection) {
  Blocks b;
  const Camera camera{
      .width = 640, .height = 480, .focal_px = 700, .cx_px = 321, .cy_px = 239, .k1 = 0.1, .k2 = -0.05};
  const Rigid3 pose{Eigen::Quaterniond(Eigen::Map<Eigen::Vector4d>(b.rotation)), {0.2, -0.1, 4}};
  const auto px = camera.Project(pose * Eigen::Vector3d(0.5, -0.7, 0.3));
  ASSERT_TRUE(px);
  double residual[2];
  const auto blocks = b.Pointers();
  ASSERT_TRUE(
      ReprojectionError(*px + Eigen::Vector2d(1, -2), 0.5).Evaluate(blocks.data(), residual, nullptr));
  EXPECT_NEAR(residual[0], -2, 1e-9);
  EXPECT_NEAR(residual[1], 4, 1e-9);
}

TEST(ReprojectionError, DerivativesAgreeWithCentralDifferences) {
  Blocks b;
  const ReprojectionError error(Eigen::Vector2d(300, 200), 0.25);
  ceres::EigenQuaternionManifold quaternion;
  const std::vector<const ceres::Manifold*> manifolds = {nullptr, nullptr, &quaternion, nullptr, nullptr};
  ceres::NumericDiffOptions numeric;
  ceres::GradientChecker checker(&error, &manifolds, numeric);
  ceres::GradientChecker::ProbeResults results;
  EXPECT_TRUE(checker.Probe(b.Pointers().data(), 1e-6, &results)) << results.error_log;
}

TEST(ReprojectionError, RefusesPointsBehindTheCamera) {
  Blocks b;
  b.translation[2] = -10;
  double residual[2];
  EXPECT_FALSE(ReprojectionError(Eigen::Vector2d(0, 0), 1).Evaluate(b.Pointers().data(), residual, nullptr));
}

}  // namespace
}  // namespace rv::sparse
