#include "publish/shops/spin_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/shops/square_frame.h"

namespace rv::shops {
namespace {

using ::testing::ElementsAre;

RotatingView Spin(int views, double arc_deg = 360) {
  RotatingView out{.width = 400, .height = 300};
  for (int i = 0; i < views; ++i) out.views.push_back({.azimuth_deg = i * arc_deg / views});
  return out;
}

TEST(ChooseSpin, TheItemTurnsCounterClockwiseSoThatAzimuthsFall) {
  const int counts[] = {72, 48, 24};
  const SpinChoice all = ChooseSpin(Spin(72), counts, 3);
  ASSERT_EQ(all.views.size(), 72);
  EXPECT_EQ(all.views[0], 3);   // the front
  EXPECT_EQ(all.views[1], 2);   // 5 degrees clockwise of it is where the camera stands next
  EXPECT_EQ(all.views[4], 71);  // round the seam
  EXPECT_TRUE(all.distinct);
  EXPECT_NEAR(all.most_off_deg, 0, 1e-9);
}

TEST(ChooseSpin, TakesTheLargestNumberWhoseStepsAreEqual) {
  const int counts[] = {72, 48, 24};
  EXPECT_EQ(ChooseSpin(Spin(48), counts, 0).views.size(), 48);
  EXPECT_EQ(ChooseSpin(Spin(96), counts, 0).views.size(), 48);
  EXPECT_EQ(ChooseSpin(Spin(120), counts, 0).views.size(), 24);
  const int only[] = {24};
  const SpinChoice thirty_six = ChooseSpin(Spin(36), only, 0);
  EXPECT_EQ(thirty_six.views.size(), 24);
  EXPECT_NEAR(thirty_six.most_off_deg, 5, 1e-9);
  const SpinChoice arc = ChooseSpin(Spin(30, 90), only, 0);
  EXPECT_FALSE(arc.distinct);
  EXPECT_GT(arc.most_off_deg, 60);
}

TEST(FrameItems, PutsTheAxisInTheMiddleAndFillsAsAsked) {
  const RotatingView view = Spin(2);
  // 200 wide about x = 200; the other is narrow and stands lower.
  const SquareFrame frame = FrameItems(view, {0, 1}, {{100, 50, 300, 200}, {180, 90, 220, 220}}, 0.88);
  EXPECT_TRUE(frame.known);
  EXPECT_NEAR(frame.side, 200 / 0.88, 1);
  EXPECT_NEAR(frame.fill, 0.88, 0.005);
  EXPECT_NEAR(frame.left + frame.side / 2.0, 200, 1);
  EXPECT_NEAR(frame.top + frame.side / 2.0, 135, 1);
  EXPECT_TRUE(frame.cut.empty());
}

TEST(FrameItems, AnItemBesideTheAxisFillsLessAndOneAtTheEdgeIsCut) {
  const RotatingView view = Spin(3);
  const SquareFrame frame =
      FrameItems(view, {0, 1, 2}, {{100, 50, 200, 200}, {200, 50, 300, 200}, {150, 60, 250, 300}}, 0.88);
  EXPECT_LT(frame.left, 100);
  EXPECT_GT(frame.left + frame.side, 300);
  EXPECT_GT(frame.top + frame.side, 300);
  EXPECT_THAT(frame.cut, ElementsAre(2));
  const SquareFrame beside = FrameItems(view, {0}, {{0, 50, 100, 150}}, 0.88);
  EXPECT_LT(beside.fill, 0.3);
}

TEST(ViewEnlargement, IsTheViewsFocalOverTheFramesAtTheSameDistance) {
  RotatingView view = Spin(1);
  view.view_camera = Camera::Simple(400, 300, 500);
  view.object_from_world_scale = 0.5;
  view.views[0].cam_from_object = Rigid3{Eigen::Quaterniond::Identity(), {0, 0, 4}};
  view.views[0].sources = {{FrameId{0}, 1}};
  view.reconstruction.emplace();
  view.reconstruction->cameras.push_back(Camera::Simple(800, 600, 1000));
  // 8 world units are 4 of the object.
  view.reconstruction->frames.push_back(
      {.posed = true, .cam_from_world = {Eigen::Quaterniond::Identity(), {0, 0, 8}}});
  EXPECT_NEAR(ViewEnlargement(view, {0}), 0.5, 1e-9);
  view.reconstruction->frames[0].cam_from_world.translation.z() = 16;
  EXPECT_NEAR(ViewEnlargement(view, {0}), 1.0, 1e-9);
}

TEST(ElevationOf, IsTheCamerasHeightAboveTheMiddle) {
  RotatingView view = Spin(2);
  EXPECT_FALSE(ElevationOf(view, {0, 1}));
  // Cameras at (0, 1, 1) and (0, 0, 2), whatever way they look.
  view.views[0].cam_from_object = Rigid3{Eigen::Quaterniond::Identity(), {0, -1, -1}};
  view.views[1].cam_from_object = Rigid3{Eigen::Quaterniond::Identity(), {0, 0, -2}};
  const auto elevation = ElevationOf(view, {0, 1});
  ASSERT_TRUE(elevation);
  EXPECT_NEAR(elevation->mean_deg, 22.5, 1e-9);
  EXPECT_NEAR(elevation->range_deg, 45, 1e-9);
}

}  // namespace
}  // namespace rv::shops
