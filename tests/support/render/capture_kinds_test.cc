// The captures that are no walk round an item, and the scenes that lead mappers astray.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/support/render/synthetic_sweep.h"

namespace rv {
namespace {

constexpr double kOneDegree = std::numbers::pi / 180;

SweepScene Small(CaptureKind kind) {
  SweepScene scene;
  scene.capture = kind;
  scene.clutter = scene.shadows = false;
  scene.width = 160;
  scene.height = 120;
  scene.frames = 12;
  scene.samples = 1;
  return scene;
}

Eigen::Vector3d Ahead(const SyntheticSweep& sweep, int frame) {
  return sweep.CamFromWorld(frame).rotation.conjugate() * Eigen::Vector3d::UnitZ();
}

Eigen::Vector3d Arm(const SyntheticSweep& sweep, int frame) {
  return sweep.CamFromWorld(frame).Origin() - sweep.subject();
}

TEST(CaptureKinds, ASlideLooksOneWayAndPassesItsArc) {
  SweepScene scene = Small(CaptureKind::kSlide);
  scene.arc_deg = 15;
  const SyntheticSweep sweep(scene);
  EXPECT_GT(Ahead(sweep, 0).dot(Ahead(sweep, 11)), 1 - 1e-9);
  const FrameTruth first = sweep.Truth(0), last = sweep.Truth(11);
  EXPECT_NEAR((last.azimuth - first.azimuth) / kOneDegree, 15, 1e-6);
  // Seen from above, the arms to the item enclose that angle too.
  Eigen::Vector3d a = Arm(sweep, 0), b = Arm(sweep, 11);
  a.y() = b.y() = 0;
  EXPECT_NEAR(std::acos(a.normalized().dot(b.normalized())) / kOneDegree, 15, 0.1);
}

TEST(CaptureKinds, APushComesNearerAndTurnsNowhere) {
  const SyntheticSweep sweep(Small(CaptureKind::kPush));
  EXPECT_LT(Arm(sweep, 11).norm(), 0.6 * Arm(sweep, 0).norm());
  EXPECT_NEAR(sweep.Truth(0).azimuth, sweep.Truth(11).azimuth, 1e-9);
}

TEST(CaptureKinds, SidesThenTopRisesAfterTheSides) {
  SweepScene scene = Small(CaptureKind::kSidesThenTop);
  scene.arc_deg = 200;
  scene.frames = 60;
  const SyntheticSweep sweep(scene);
  EXPECT_NEAR(sweep.Truth(20).elevation / kOneDegree, 24, 0.5);
  EXPECT_NEAR(sweep.Truth(59).elevation / kOneDegree, 78, 0.5);
  EXPECT_NEAR(sweep.Truth(33).azimuth / kOneDegree, 200, 12);
}

TEST(CaptureKinds, ASwapChangesTheItemAlone) {
  SweepScene scene = Small(CaptureKind::kSwap);
  scene.arc_deg = 0;
  const SyntheticSweep sweep(scene);
  const Image before = sweep.Render(3), same = sweep.Render(2), after = sweep.Render(4);
  EXPECT_EQ(before, same);
  const DepthTruth matte = sweep.Depth(3), other = sweep.Depth(4);
  int inside = 0, far = 0;
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 160; ++x) {
      const int change = std::abs(*before.at(x, y) - *after.at(x, y));
      const bool item = *matte.matte.at(x, y) > 0 || *other.matte.at(x, y) > 0;
      inside += item && change > 8;
      far += y < 20 && change > 8;
    }
  EXPECT_GT(inside, 300);
  EXPECT_EQ(far, 0);
}

TEST(CaptureKinds, ARolledPhoneTurnsThePicture) {
  SweepScene scene = Small(CaptureKind::kWalk);
  const SyntheticSweep level(scene);
  scene.roll_deg = 30;
  const SyntheticSweep rolled(scene);
  const Eigen::Vector3d right = rolled.CamFromWorld(5).rotation.conjugate() * Eigen::Vector3d::UnitX();
  EXPECT_NEAR(std::asin(-right.y()) / kOneDegree, 30, 3);  // clockwise: its right side points down
  EXPECT_LT((level.CamFromWorld(5).Origin() - rolled.CamFromWorld(5).Origin()).norm(), 1e-9);
}

TEST(CaptureKinds, AnotherLensComesInTheMiddle) {
  SweepScene scene = Small(CaptureKind::kWalk);
  scene.zoom_step = 1.7;
  const SyntheticSweep sweep(scene);
  EXPECT_DOUBLE_EQ(sweep.camera(6).focal_px, 1.7 * sweep.camera(5).focal_px);
  EXPECT_EQ(sweep.Depth(6).width, 160);
}

TEST(CaptureKinds, ATinOfTwoEqualSidesLooksTheSameFromBoth) {
  SweepScene scene = Small(CaptureKind::kWalk);
  scene.object = "tin";
  scene.studio = true;
  scene.frames = 8;
  const auto difference = [](const SweepScene& s) {
    const SyntheticSweep sweep(s);
    const Image front = sweep.Render(0), back = sweep.Render(4);
    double sum = 0;
    for (int y = 50; y < 80; ++y)
      for (int x = 65; x < 95; ++x) sum += std::abs(*front.at(x, y) - *back.at(x, y));
    return sum / 900;
  };
  const double plain = difference(scene);
  scene.repeat = 2;
  EXPECT_LT(difference(scene), 0.5 * plain);
}

TEST(CaptureKinds, ALargerRoomHasFartherWalls) {
  SweepScene scene = Small(CaptureKind::kPan);
  scene.room_m = 12;
  EXPECT_TRUE(scene.Validate());
  scene.room_m = 40;
  EXPECT_FALSE(scene.Validate());
  scene.room_m = 3.6;
  scene.repeat = 3;
  EXPECT_FALSE(scene.Validate());
}

}  // namespace
}  // namespace rv
