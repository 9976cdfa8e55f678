#include "scene/geometry.h"

#include <gtest/gtest.h>

#include <numbers>
#include <random>

namespace rv {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

Rigid3 RandomRigid(std::mt19937& random) {
  std::normal_distribution<double> normal;
  const Eigen::Quaterniond q(normal(random), normal(random), normal(random), normal(random));
  return {q.normalized(), {normal(random), normal(random), normal(random)}};
}

TEST(Rigid3, ComposesRightToLeft) {
  const Rigid3 b_from_a{Eigen::Quaterniond(Eigen::AngleAxisd(std::numbers::pi / 2, Vector3d::UnitZ())),
                        {1, 0, 0}};
  const Rigid3 c_from_b{Eigen::Quaterniond::Identity(), {0, 5, 0}};
  // x turns into y, then 1 is added to x; then 5 to y.
  EXPECT_TRUE((b_from_a * Vector3d(1, 0, 0)).isApprox(Vector3d(1, 1, 0), 1e-12));
  EXPECT_TRUE(((c_from_b * b_from_a) * Vector3d(1, 0, 0)).isApprox(Vector3d(1, 6, 0), 1e-12));
}

TEST(Rigid3, CompositionAndInverseAgreeWithPoints) {
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    const Rigid3 b_from_a = RandomRigid(random);
    const Rigid3 c_from_b = RandomRigid(random);
    const Vector3d x = RandomRigid(random).translation;
    EXPECT_TRUE(((c_from_b * b_from_a) * x).isApprox(c_from_b * (b_from_a * x), 1e-12));
    EXPECT_TRUE((b_from_a.Inverse() * (b_from_a * x)).isApprox(x, 1e-12));
    EXPECT_TRUE((b_from_a * b_from_a.Origin()).isZero(1e-12));
    EXPECT_NEAR((c_from_b * b_from_a).rotation.norm(), 1.0, 1e-15);
  }
}

TEST(Camera, PixelZeroCoversZeroToOne) {
  const Camera camera = Camera::Simple(640, 480, 500);
  // The optical axis meets the middle of the picture: the corner of four pixels where the size is even.
  EXPECT_EQ(*camera.Project({0, 0, 2}), Vector2d(320, 240));
  // x right, y down.
  EXPECT_GT(camera.Project({1, 0, 2})->x(), 320);
  EXPECT_GT(camera.Project({0, 1, 2})->y(), 240);
  // The center of the first pixel, by hand: ((0.5 - 320) / 500, (0.5 - 240) / 500).
  EXPECT_TRUE(camera.Ray({0.5, 0.5}).isApprox(Vector3d(-0.639, -0.479, 1), 1e-12));
}

TEST(Camera, ProjectsByTheFormulaOfItsHeader) {
  const Camera camera{
      .width = 100, .height = 80, .focal_px = 50, .cx_px = 49, .cy_px = 41, .k1 = -0.2, .k2 = 0.05};
  // x = 0.5, y = -0.25: r2 = 0.3125, d = 1 - 0.0625 + 0.0048828125
  const double d = 0.9423828125;
  EXPECT_TRUE(camera.Project({1, -0.5, 2})->isApprox(Vector2d(49 + 50 * d * 0.5, 41 - 50 * d * 0.25), 1e-14));
}

TEST(Camera, HasNoImageOfWhatIsBehind) {
  const Camera camera = Camera::Simple(640, 480, 500);
  EXPECT_FALSE(camera.Project({0, 0, 0}));
  EXPECT_FALSE(camera.Project({0, 0, -1}));
  EXPECT_FALSE(camera.Project({1, 1, 1e-10}));
}

TEST(Camera, RayUndoesProject) {
  for (const auto& [k1, k2] : {std::pair{0.0, 0.0}, {-0.15, 0.0}, {0.12, -0.03}, {-0.3, 0.1}, {0.3, 0.2}}) {
    const Camera camera{
        .width = 1000, .height = 700, .focal_px = 900, .cx_px = 497, .cy_px = 355, .k1 = k1, .k2 = k2};
    for (double u = 0.5; u < 1000; u += 111) {
      for (double v = 0.5; v < 700; v += 99) {
        const Vector3d ray = camera.Ray({u, v});
        EXPECT_EQ(ray.z(), 1.0);
        EXPECT_TRUE(camera.Project(3.7 * ray)->isApprox(Vector2d(u, v), 1e-10))
            << k1 << " " << k2 << " " << u << " " << v;
      }
    }
  }
}

TEST(Camera, ScalingKeepsRays) {
  const Camera camera{
      .width = 1000, .height = 700, .focal_px = 900, .cx_px = 497, .cy_px = 355, .k1 = 0.1, .k2 = 0.02};
  const Camera half = camera.Scaled(500, 350);
  EXPECT_EQ(half.width, 500);
  EXPECT_EQ(half.height, 350);
  // Pixel edges scale about the corner, not the first pixel's center: (x, y) goes to (x / 2, y / 2).
  for (const Vector2d& pixel : {Vector2d(0, 0), Vector2d(123.4, 600), Vector2d(1000, 700)})
    EXPECT_TRUE(half.Ray(pixel / 2).isApprox(camera.Ray(pixel), 1e-12));
  EXPECT_EQ(camera.Scaled(1000, 700), camera);
}

}  // namespace
}  // namespace rv
