#include "publish/mesh/iso_surface.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

#include "publish/mesh/raster.h"
#include "tests/publish/mesh/ball_view.h"

namespace rv::mesh {
namespace {

using testing::BallVolume;

// Positive where triangles run counter-clockwise seen from outside.
double EnclosedVolume(const Surface& surface) {
  double six = 0;
  for (const Triangle& t : surface.triangles)
    six += surface.points[t[0]].dot(surface.points[t[1]].cross(surface.points[t[2]]));
  return six / 6;
}

bool IsClosed(const Surface& surface) {
  for (const Triangle& beside : TriangleNeighbors(surface))
    for (const std::uint32_t other : beside)
      if (other == ~0U) return false;
  return true;
}

double BallSize(double radius) { return 4.0 / 3 * std::numbers::pi * std::pow(radius, 3); }

TEST(ZeroSurface, OfABallIsClosedOutwardAndInPlace) {
  const Surface ball = ZeroSurface(BallVolume(0.6F));
  EXPECT_TRUE(IsClosed(ball));
  EXPECT_NEAR(EnclosedVolume(ball), BallSize(0.6), 0.02 * BallSize(0.6));
  for (const Eigen::Vector3f& point : ball.points)
    EXPECT_NEAR((point - Eigen::Vector3f(0.013F, 0.007F, -0.011F)).norm(), 0.6, 0.01);
  const std::vector<Eigen::Vector3f> normals = VertexNormals(ball);
  for (std::size_t i = 0; i < ball.points.size(); i += 17)
    EXPECT_GT(normals[i].dot(ball.points[i].normalized()), 0.7);
}

TEST(ZeroSurface, IsClosedForNoiseToo) {
  Volume noise = BallVolume(0.6F);
  std::uint32_t state = 1;
  for (int k = 0; k < 41; ++k)
    for (int j = 0; j < 41; ++j)
      for (int i = 0; i < 41; ++i) {
        state = state * 1664525U + 1013904223U;
        const bool face = i == 0 || j == 0 || k == 0 || i == 40 || j == 40 || k == 40;
        noise.values[noise.At(i, j, k)] = face ? 1 : static_cast<float>(state >> 8) / 16777216.0F - 0.5F;
      }
  EXPECT_TRUE(IsClosed(ZeroSurface(noise)));
}

TEST(WithoutCrumbs, LeavesTheLargePieceAlone) {
  const Surface both = ZeroSurface(BallVolume(0.6F, true)), one = ZeroSurface(BallVolume(0.6F));
  EXPECT_GT(both.triangles.size(), one.triangles.size());
  const Surface kept = WithoutCrumbs(both, 0.05);
  EXPECT_EQ(kept.triangles.size(), one.triangles.size());
  EXPECT_EQ(kept.points.size(), one.points.size());
  EXPECT_EQ(WithoutCrumbs(both, 0.0001).triangles.size(), both.triangles.size());
}

TEST(Simplified, HasFewerTrianglesAndTheSameForm) {
  const Surface ball = ZeroSurface(BallVolume(0.6F));
  const Surface light = Simplified(ball, 1000, 0.02F);
  EXPECT_LT(light.triangles.size(), 1100);
  EXPECT_TRUE(IsClosed(light));
  EXPECT_NEAR(EnclosedVolume(light), BallSize(0.6), 0.03 * BallSize(0.6));
}

TEST(MeshRaster, ShowsTheSurfaceWhereTheCameraSeesIt) {
  const Surface ball = ZeroSurface(BallVolume(0.3F));
  const Camera camera = Camera::Simple(80, 60, 60);
  // The ball's middle is 2 in front, 0.5 to the right and 0.4 up: y is down in cam.
  const Raster raster = Draw(ball, camera, {Eigen::Quaterniond::Identity(), {0.5, -0.4, 2}});
  const auto at = [&](int x, int y) { return raster.inverse[static_cast<std::size_t>(y * 80 + x)]; };
  EXPECT_NEAR(1 / at(55, 18), 1.7, 0.03);
  EXPECT_EQ(at(25, 18), 0);
  EXPECT_EQ(at(55, 42), 0);
  Image matte = Image::Make(80, 60, 1), shifted = matte;
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 80; ++x)
      if (at(x, y) > 0) {
        *matte.at(x, y) = 255;
        *shifted.at(x - 4, y) = 255;
      }
  EXPECT_EQ(SilhouetteOverlap(raster, matte), 1);
  EXPECT_LT(SilhouetteOverlap(raster, shifted), 0.8);
  EXPECT_EQ(SilhouetteOverlap(raster, Image::Make(80, 60, 1)), 0);
}

}  // namespace
}  // namespace rv::mesh
