#include <gtest/gtest.h>

#include <random>

#include "base/statistics.h"
#include "reconstruct/orbit.h"
#include "reconstruct/orbit/orbit_ring.h"
#include "reconstruct/orbit/support_plane.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv {
namespace {

double DegreesApart(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return ToDegrees(std::acos(std::clamp(a.normalized().dot(b.normalized()), -1.0, 1.0)));
}

// As a phone that is turned about its optical axis.
void Roll(PosedFrame& frame, double degrees) {
  const Rigid3 rolled{
      .rotation = Eigen::Quaterniond(Eigen::AngleAxisd(ToRadians(degrees), Eigen::Vector3d::UnitZ()))};
  frame.cam_from_world = rolled * frame.cam_from_world;
}

// Points of a table under the item, in the world's own units.
void AddTable(Reconstruction& reconstruction, int count) {
  std::mt19937 random(7);
  const auto draw = [&] { return static_cast<double>(random() % 10000) / 10000 * 3.6 - 1.8; };
  for (int i = 0; i < count; ++i) reconstruction.points.push_back({.position = {draw(), -1, draw()}});
}

Orbit Estimated(const Reconstruction& reconstruction) {
  const Result<Orbit> orbit = EstimateOrbit(reconstruction, OrbitOptions{});
  EXPECT_TRUE(orbit);
  return orbit ? *orbit : Orbit{};
}

TEST(Up, AllFramesTiltedOnAShortArcStandOnTheTable) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 14, .arc_deg = 90, .jitter_rotation_deg = 1});
  for (PosedFrame& frame : synthetic.truth.frames) Roll(frame, 28);
  AddTable(synthetic.truth, 400);
  const Orbit orbit = Estimated(synthetic.truth);
  EXPECT_LT(DegreesApart(orbit.up, synthetic.up), 3);
  EXPECT_LT(ToDegrees(orbit.up_sigma), 6);
  for (const OrbitFrame& frame : orbit.frames) EXPECT_EQ(frame.quarter_turns, 0);
}

TEST(Up, AllFramesTiltedRoundTheItemAreNoTiltOfTheAxis) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 40, .jitter_rotation_deg = 1});
  for (PosedFrame& frame : synthetic.truth.frames) Roll(frame, -33);
  EXPECT_LT(DegreesApart(Estimated(synthetic.truth).up, synthetic.up), 2);
}

TEST(Up, PhotosOnTheirSideAreTurnedAndNamed) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 12, .arc_deg = 120});
  Roll(synthetic.truth.frames[4], 90);
  Roll(synthetic.truth.frames[7], -90);
  Roll(synthetic.truth.frames[9], 180);
  const Orbit orbit = Estimated(synthetic.truth);
  EXPECT_LT(DegreesApart(orbit.up, synthetic.up), 2);
  for (std::size_t i = 0; i < orbit.frames.size(); ++i) {
    const int wanted = i == 9 ? 2 : i == 4 || i == 7 ? orbit.frames[i].quarter_turns : 0;
    EXPECT_EQ(orbit.frames[i].quarter_turns, wanted) << i;
  }
  EXPECT_EQ(orbit.frames[4].quarter_turns + orbit.frames[7].quarter_turns, 4);  // one each way
  EXPECT_EQ(orbit.frames[4].quarter_turns % 2, 1);
}

// Nothing but the hand tells the pictures of a straight way apart from any turn about the line of sight.
TEST(Up, AStraightWayIsNotRolled) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 20,
                                                 .elevation_deg = 10,
                                                 .radius = 3,
                                                 .jitter_rotation_deg = 2,
                                                 .motion = SyntheticMotion::kTranslation});
  const Orbit orbit = Estimated(synthetic.truth);
  EXPECT_LT(DegreesApart(orbit.up, synthetic.up), 25);
  EXPECT_LT(ToDegrees(orbit.arc), 110);
}

TEST(Up, TheTableSettlesAStraightWay) {
  SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = 20,
                                                 .elevation_deg = 0,
                                                 .radius = 3,
                                                 .jitter_rotation_deg = 1,
                                                 .motion = SyntheticMotion::kTranslation});
  AddTable(synthetic.truth, 400);
  EXPECT_LT(DegreesApart(Estimated(synthetic.truth).up, synthetic.up), 4);
}

TEST(Up, FewFramesAreLessCertain) {
  const Orbit ring = Estimated(MakeSyntheticOrbit({.frames = 40}).truth);
  const Orbit few = Estimated(MakeSyntheticOrbit({.frames = 4, .arc_deg = 20}).truth);
  EXPECT_LT(ToDegrees(ring.up_sigma), 3);
  EXPECT_GT(few.up_sigma, 2 * ring.up_sigma);
}

TEST(LevelPlane, IsFoundUnderAnItemAndNotInAWall) {
  Reconstruction table;
  AddTable(table, 300);
  std::vector<Eigen::Vector3d> points, wall;
  for (const Point& p : table.points) {
    points.push_back(p.position);
    wall.emplace_back(p.position.x(), p.position.z(), p.position.y());
  }
  for (int i = 0; i < 200; ++i)  // an item on it
    points.emplace_back(0.4 * std::sin(i), -0.9 + 0.004 * i, 0.4 * std::cos(i));
  const Eigen::Vector3d guess = Eigen::Vector3d(0.3, 1, -0.2).normalized();
  const std::optional<orbit::LevelPlane> plane = orbit::FindLevelPlane(points, guess, 3);
  ASSERT_TRUE(plane);
  EXPECT_LT(DegreesApart(plane->normal, Eigen::Vector3d::UnitY()), 1);
  EXPECT_GT(plane->certainty, 0.9);
  EXPECT_FALSE(orbit::FindLevelPlane(wall, Eigen::Vector3d::UnitY(), 3));
}

void AddTurn(double arc_deg, double elevation_deg, int count, std::vector<orbit::RingFrame>& frames) {
  const double start = frames.empty() ? 0 : frames.back().azimuth;
  for (int i = 0; i < count; ++i)
    frames.push_back({.azimuth = start + ToRadians(arc_deg * i / count),
                      .elevation = ToRadians(elevation_deg),
                      .radius = 1});
}

TEST(Ring, ShowsTheSidesBeforeTheTop) {
  std::vector<orbit::RingFrame> frames;
  AddTurn(200, 15, 30, frames);
  AddTurn(400, 78, 40, frames);
  orbit::Unwrap(frames);
  const orbit::Ring ring = orbit::ChooseRing(frames, {});
  EXPECT_NEAR(ToDegrees(ring.arc), 195, 10);
  for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(ring.on_ring[i], i < 30) << i;
}

// Half of them low and half of them high: none lies in the middle.
TEST(Ring, TwoEqualHalvesGiveTheLowerOne) {
  std::vector<orbit::RingFrame> frames;
  AddTurn(40, 5, 3, frames);
  AddTurn(40, 75, 3, frames);
  orbit::Unwrap(frames);
  const orbit::Ring ring = orbit::ChooseRing(frames, {});
  for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(ring.on_ring[i], i < 3) << i;
}

TEST(Ring, AFullTurnFromHigherUpBeatsAFewSides) {
  std::vector<orbit::RingFrame> frames;
  AddTurn(40, 12, 8, frames);
  AddTurn(380, 45, 40, frames);
  orbit::Unwrap(frames);
  const orbit::Ring ring = orbit::ChooseRing(frames, {});
  EXPECT_TRUE(ring.closed);
  EXPECT_FALSE(ring.on_ring[0]);
}

}  // namespace
}  // namespace rv
