#include "reconstruct/orbit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/statistics.h"
#include "reconstruct/orbit/orbit_axis.h"
#include "reconstruct/orbit/orbit_center.h"
#include "reconstruct/orbit/orbit_ring.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv {
namespace {

double Degrees(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return ToDegrees(std::acos(std::clamp(a.normalized().dot(b.normalized()), -1.0, 1.0)));
}

Orbit MustEstimate(const Reconstruction& reconstruction) {
  Result<Orbit> orbit = EstimateOrbit(reconstruction, OrbitOptions{});
  EXPECT_TRUE(orbit) << (orbit ? "" : orbit.error().message);
  return orbit ? *orbit : Orbit{};
}

TEST(Orbit, FindsCenterUpAndRadiusOfAnExactRing) {
  const SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 36, .center = {1, 2, -3}});
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_LT((orbit.center - synthetic.center).norm(), 0.05 * synthetic.radius);
  EXPECT_LT(Degrees(orbit.up, synthetic.up), 0.5);
  EXPECT_NEAR(orbit.radius, synthetic.radius, 0.05 * synthetic.radius);
  EXPECT_GT(orbit.subject_radius, 0.5);
  EXPECT_LT(orbit.subject_radius, 1.3);
  EXPECT_TRUE(orbit.closed);
  EXPECT_NEAR(orbit.arc, 2 * std::numbers::pi, 1e-12);
  EXPECT_TRUE(orbit.gaps.empty());
  EXPECT_FALSE(orbit.clockwise);
}

TEST(Orbit, AzimuthIsZeroAtTheFirstFrameAndGrowsCounterClockwise) {
  const SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 24, .start_azimuth_deg = 77});
  const Orbit orbit = MustEstimate(synthetic.truth);
  ASSERT_EQ(orbit.frames.size(), 24u);
  EXPECT_EQ(orbit.frames[0].azimuth, 0);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_NEAR(orbit.frames[i].azimuth, ToRadians(15.0 * i), 0.03) << i;
    EXPECT_NEAR(orbit.frames[i].elevation, synthetic.elevation[i], 0.03) << i;
    EXPECT_TRUE(orbit.frames[i].on_ring);
  }
}

// Frames that no view may be made of (another shape, blurred) are no reason to show their side of the item.
TEST(Orbit, ShowsOnlyWhatUsableFramesSee) {
  const SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 36});
  Sweep sweep{.kind = SourceKind::kVideo};
  for (int i = 0; i < 36; ++i) sweep.frames.push_back({.sharpness = 1, .for_spin = i < 19 || i == 30});
  const Result<Orbit> orbit = EstimateOrbit(synthetic.truth, sweep, OrbitOptions{});
  ASSERT_TRUE(orbit) << orbit.error().message;
  EXPECT_FALSE(orbit->closed);
  EXPECT_NEAR(ToDegrees(orbit->arc), 180, 2);
  for (int i = 0; i < 36; ++i) EXPECT_EQ(orbit->frames[i].on_ring, i < 19) << i;
  for (SweepFrame& frame : sweep.frames) frame.for_spin = true;
  sweep.frames[5].for_spin = sweep.frames[20].for_spin = false;  // single ones leave no hole
  const Result<Orbit> whole = EstimateOrbit(synthetic.truth, sweep, OrbitOptions{});
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->closed);
  for (const OrbitFrame& frame : whole->frames) EXPECT_TRUE(frame.on_ring);
}

TEST(Orbit, ClockwiseCaptureIsRecordedAndUnwrapsBackwards) {
  const Orbit orbit = MustEstimate(MakeSyntheticOrbit({.frames = 24, .clockwise = true}).truth);
  EXPECT_TRUE(orbit.clockwise);
  EXPECT_NEAR(orbit.frames[1].azimuth, ToRadians(345), 0.03);
  EXPECT_NEAR(orbit.frames[23].unwrapped_azimuth, -ToRadians(345), 0.05);
}

TEST(Orbit, DoesNotDependOnTheWorldItIsGivenIn) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 30});
  const Orbit before = MustEstimate(synthetic.truth);
  const Rigid3 moved{
      .rotation = Eigen::Quaterniond(Eigen::AngleAxisd(2.1, Eigen::Vector3d(1, -2, 0.5).normalized())),
      .translation = {10, -4, 7}};
  ApplySimilarity(synthetic.truth, 0.2, moved);
  const Orbit after = MustEstimate(synthetic.truth);
  EXPECT_LT(Degrees(after.up, moved.rotation * before.up), 1e-4);
  EXPECT_LT((after.center - moved * (0.2 * before.center)).norm(), 1e-5);
  EXPECT_NEAR(after.radius, 0.2 * before.radius, 1e-6);
  for (std::size_t i = 0; i < before.frames.size(); ++i)
    EXPECT_LT(std::abs(WrapSigned(after.frames[i].azimuth - before.frames[i].azimuth)), 1e-5);
}

TEST(Orbit, UpSurvivesFramesTakenUpsideDown) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 40});
  for (std::uint32_t i = 12; i < 26; ++i) TurnUpsideDown(synthetic.truth, FrameId{i});
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_LT(Degrees(orbit.up, synthetic.up), 1);
  EXPECT_FALSE(orbit.clockwise);
}

TEST(Orbit, UpSurvivesPicturesLyingOnTheirSide) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 40});
  const Rigid3 on_side{
      .rotation = Eigen::Quaterniond(Eigen::AngleAxisd(std::numbers::pi / 2, Eigen::Vector3d::UnitZ()))};
  for (PosedFrame& frame : synthetic.truth.frames) frame.cam_from_world = on_side * frame.cam_from_world;
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_LT(Degrees(orbit.up, synthetic.up), 1);
  for (const OrbitFrame& frame : orbit.frames) EXPECT_NE(frame.quarter_turns % 2, 0);
}

TEST(Orbit, ShortArcKeepsItsUpAndIsOpen) {
  const SyntheticOrbit synthetic = MakeSyntheticOrbit(
      {.frames = 15, .arc_deg = 50, .elevation_deg = 30, .jitter_rotation_deg = 1.5, .seed = 4});
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_LT(Degrees(orbit.up, synthetic.up), 4);
  EXPECT_FALSE(orbit.closed);
  EXPECT_NEAR(ToDegrees(orbit.arc), 50, 5);
}

TEST(Orbit, SpiralShowsOneTurnAndCountsAllLoops) {
  const SyntheticOrbit synthetic =
      MakeSyntheticOrbit({.frames = 92, .arc_deg = 828, .elevation_deg = 5, .elevation_rise_deg = 70});
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_NEAR(orbit.loops, 2.3, 0.1);
  EXPECT_TRUE(orbit.closed);
  double first = -1;
  double turned = 0;
  for (const OrbitFrame& frame : orbit.frames) {
    if (!frame.on_ring) continue;
    if (first < 0) first = frame.unwrapped_azimuth;
    turned = frame.unwrapped_azimuth;
    EXPECT_LT(ToDegrees(frame.elevation), 45);
  }
  EXPECT_NEAR(first, 0, 1e-9);  // azimuth 0 is the first frame of the ring
  EXPECT_GT(ToDegrees(turned), 330);
  EXPECT_LE(ToDegrees(turned), 360.001);
}

TEST(Orbit, HoleEndsTheRingAtItsLongestPiece) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 72});
  for (int i = 10; i < 20; ++i) synthetic.truth.frames[i].posed = false;  // 55 degrees
  const Orbit open = MustEstimate(synthetic.truth);
  EXPECT_FALSE(open.closed);
  EXPECT_NEAR(ToDegrees(open.arc), 305, 2);
  for (int i = 40; i < 50; ++i) synthetic.truth.frames[i].posed = false;
  const Orbit piece = MustEstimate(synthetic.truth);
  EXPECT_NEAR(ToDegrees(piece.arc), 155, 2);  // frames 50 to 71 and 0 to 9
  EXPECT_FALSE(piece.frames[15].on_ring);     // frame 25
}

// Two heights whose elevations nearly touch: the band that has most directions is not the one that goes
// round.
TEST(Orbit, PhotosInNoOrderShowTheHeightThatGoesRound) {
  std::vector<orbit::RingFrame> frames;
  const auto add = [&](double azimuth_deg, double elevation_deg) {
    frames.push_back({.azimuth = ToRadians(azimuth_deg), .elevation = ToRadians(elevation_deg), .radius = 1});
  };
  for (const double azimuth : {0, 120, 240, 40, 160, 280, 80, 200, 320})
    add(azimuth, azimuth < 240 ? 36 : 43);
  for (const double azimuth : {10, 150, 30, 180, 20, 190, 170, 160, 335, 345}) add(azimuth, 54);
  orbit::Unwrap(frames);
  const orbit::Ring ring = orbit::ChooseRing(frames, {});
  EXPECT_GE(ToDegrees(ring.arc), 300);
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(ring.on_ring[i]) << i;
}

TEST(Orbit, ThinPlaceIsReportedAsAGap) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 72});
  for (int i = 20; i < 23; ++i) synthetic.truth.frames[i].posed = false;  // 20 degrees between neighbors
  const Orbit orbit = MustEstimate(synthetic.truth);
  EXPECT_TRUE(orbit.closed);
  ASSERT_EQ(orbit.gaps.size(), 1u);
  EXPECT_NEAR(ToDegrees(orbit.gaps[0].from_azimuth), 95, 1.5);
  EXPECT_NEAR(ToDegrees(orbit.gaps[0].to_azimuth), 115, 1.5);
}

TEST(Orbit, FailsWithoutPosesOrWithBadOptions) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 12});
  OrbitOptions bad;
  bad.max_hole_deg = 500;
  ASSERT_FALSE(EstimateOrbit(synthetic.truth, bad));
  EXPECT_THAT(EstimateOrbit(synthetic.truth, bad).error().message, testing::HasSubstr("max_hole_deg"));
  for (std::size_t i = 2; i < 12; ++i) synthetic.truth.frames[i].posed = false;
  ASSERT_FALSE(EstimateOrbit(synthetic.truth, OrbitOptions{}));
  EXPECT_EQ(EstimateOrbit(synthetic.truth, OrbitOptions{}).error().code, ErrorCode::kInsufficientData);
}

}  // namespace
}  // namespace rv
