#include "tests/support/scene/synthetic_geometry.h"

#include <gtest/gtest.h>

#include <numbers>

namespace rv {
namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

// The azimuth by the convention, from a camera center alone.
double AzimuthOf(const Eigen::Vector3d& eye) { return std::atan2(eye.x(), eye.z()); }

TEST(SyntheticGeometry, ExactObservationsAreTheProjections) {
  SyntheticOrbitOptions options;
  options.k1 = -0.05;
  options.k2 = 0.01;
  options.cx_offset_px = 7;
  const SyntheticOrbit orbit = MakeSyntheticOrbit(options);
  ASSERT_EQ(orbit.truth.frames.size(), 36u);
  ASSERT_GT(orbit.truth.points.size(), 400u);
  EXPECT_EQ(orbit.truth.cameras[0].cx_px, 327);
  EXPECT_LT(orbit.truth.stats.mean_error_px, 1e-9);
  EXPECT_GE(orbit.truth.stats.median_track_length, 5);
}

TEST(SyntheticGeometry, CounterClockwiseSeenFromAboveIsPositive) {
  SyntheticOrbitOptions options;
  const SyntheticOrbit ccw = MakeSyntheticOrbit(options);
  options.clockwise = true;
  const SyntheticOrbit cw = MakeSyntheticOrbit(options);
  const Eigen::Vector3d a = ccw.truth.frames[0].cam_from_world.Origin();
  const Eigen::Vector3d b = ccw.truth.frames[1].cam_from_world.Origin();
  EXPECT_GT(a.cross(b).y(), 0) << "right-handed turn about +Y";
  EXPECT_NEAR(AzimuthOf(b), 10 * kDegree, 1e-9);
  EXPECT_NEAR(AzimuthOf(cw.truth.frames[1].cam_from_world.Origin()), -10 * kDegree, 1e-9);
  EXPECT_NEAR(ccw.azimuth[1], 10 * kDegree, 1e-12);
  EXPECT_NEAR(cw.azimuth[1], -10 * kDegree, 1e-12);
}

TEST(SyntheticGeometry, CameraLooksAtTheCenterUpright) {
  SyntheticOrbitOptions options;
  options.center = {1, 2, 3};
  const SyntheticOrbit orbit = MakeSyntheticOrbit(options);
  for (const PosedFrame& frame : orbit.truth.frames) {
    const auto center = orbit.truth.cameras[0].Project(frame.cam_from_world * orbit.center);
    ASSERT_TRUE(center);
    EXPECT_LT((*center - Eigen::Vector2d(320, 240)).norm(), 1e-6);
    const auto above = orbit.truth.cameras[0].Project(frame.cam_from_world * (orbit.center + 0.1 * orbit.up));
    EXPECT_LT(above->y(), 240) << "up in the world is up in the picture";
    EXPECT_NEAR((frame.cam_from_world.Origin() - orbit.center).norm(), options.radius, 1e-9);
  }
}

TEST(SyntheticGeometry, NoiseAndOutliersHaveTheAskedSize) {
  SyntheticOrbitOptions options;
  options.noise_px = 0.5;
  options.outlier_share = 0.1;
  const SyntheticOrbit orbit = MakeSyntheticOrbit(options);
  double squares = 0, inliers = 0, outliers = 0;
  for (std::size_t p = 0; p < orbit.truth.points.size(); ++p) {
    const Point& point = orbit.truth.points[p];
    for (std::size_t i = 0; i < point.track.size(); ++i) {
      if (orbit.outlier[p][i]) {
        ++outliers;
        continue;
      }
      const PosedFrame& frame = orbit.truth.frames[point.track[i].frame.value];
      squares +=
          (*orbit.truth.cameras[0].Project(frame.cam_from_world * point.position) - point.track[i].pixel)
              .squaredNorm();
      ++inliers;
    }
  }
  EXPECT_NEAR(std::sqrt(squares / (2 * inliers)), 0.5, 0.02);
  EXPECT_NEAR(outliers / (inliers + outliers), 0.1, 0.02);
}

TEST(SyntheticGeometry, ArcEndsAtItsEndAndUnevenStepsKeepTheEnds) {
  SyntheticOrbitOptions options;
  options.arc_deg = 120;
  options.frames = 13;
  options.uneven = 0.8;
  const SyntheticOrbit orbit = MakeSyntheticOrbit(options);
  EXPECT_NEAR(orbit.azimuth.back(), 120 * kDegree, 1e-9);
  EXPECT_GT(orbit.azimuth[1], 15 * kDegree);
  EXPECT_LT(orbit.azimuth[7] - orbit.azimuth[6], 5 * kDegree);
}

TEST(SyntheticGeometry, DegenerateRungs) {
  SyntheticOrbitOptions options;
  options.motion = SyntheticMotion::kPureRotation;
  options.points = 0;
  options.background_points = 800;
  const SyntheticOrbit panorama = MakeSyntheticOrbit(options);
  EXPECT_GT(panorama.truth.points.size(), 150u);
  for (const PosedFrame& frame : panorama.truth.frames) EXPECT_LT(frame.cam_from_world.Origin().norm(), 1e-9);

  options = {};
  options.shape = SyntheticShape::kPlane;
  for (const Point& point : MakeSyntheticOrbit(options).truth.points) EXPECT_EQ(point.position.z(), 0);

  options = {};
  options.points = 5;
  EXPECT_LE(MakeSyntheticOrbit(options).truth.points.size(), 5u);
}

TEST(SyntheticGeometry, SimilarityAndUpsideDownKeepThePictures) {
  SyntheticOrbit orbit = MakeSyntheticOrbit({});
  const Rigid3 world2_from_world{Eigen::Quaterniond(0.5, 0.5, -0.5, 0.5), {3, -1, 2}};
  ApplySimilarity(orbit.truth, 2.5, world2_from_world);
  TurnUpsideDown(orbit.truth, FrameId{4});
  UpdateStats(orbit.truth);
  EXPECT_LT(orbit.truth.stats.mean_error_px, 1e-9);
}

TEST(SyntheticGeometry, PerturbationsMoveWhatTheySay) {
  const SyntheticOrbit exact = MakeSyntheticOrbit({});
  SyntheticOrbit moved = exact;
  PerturbPoses(moved.truth, 1.0, 0.0, 7);
  for (std::size_t i = 0; i < exact.truth.frames.size(); ++i) {
    const Rigid3& a = exact.truth.frames[i].cam_from_world;
    const Rigid3& b = moved.truth.frames[i].cam_from_world;
    EXPECT_LT((a.Origin() - b.Origin()).norm(), 1e-9);
    EXPECT_LT(a.rotation.angularDistance(b.rotation), 5 * kDegree);
  }
  PerturbPoints(moved.truth, 0.01, 8);
  EXPECT_NE(moved.truth.points[0].position, exact.truth.points[0].position);
}

TEST(SyntheticGeometry, SameSeedSameNumbers) {
  SyntheticOrbitOptions options;
  options.noise_px = 1;
  const SyntheticOrbit a = MakeSyntheticOrbit(options);
  const SyntheticOrbit b = MakeSyntheticOrbit(options);
  options.seed = 2;
  const SyntheticOrbit c = MakeSyntheticOrbit(options);
  EXPECT_EQ(a.truth.points[3].track[1].pixel, b.truth.points[3].track[1].pixel);
  EXPECT_NE(a.truth.points[3].position, c.truth.points[3].position);
}

}  // namespace
}  // namespace rv
