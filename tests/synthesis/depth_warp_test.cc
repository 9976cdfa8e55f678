#include "synthesis/depth_warp.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rv::synthesis {
namespace {

constexpr int kWidth = 80, kHeight = 60;
constexpr double kFocal = 70;

// A wall at 4, and before it, in the middle third, a board at 2.
DepthGrid BoardBeforeWall() {
  DepthGrid grid{.camera = Camera::Simple(kWidth / 2, kHeight / 2, kFocal / 2)};
  for (int y = 0; y < grid.camera.height; ++y)
    for (int x = 0; x < grid.camera.width; ++x)
      grid.inverse.push_back(x >= grid.camera.width / 3 && x < grid.camera.width * 2 / 3 ? 0.5F : 0.25F);
  return grid;
}

Rigid3 MovedRight(double by) { return {Eigen::Quaterniond::Identity(), Eigen::Vector3d(-by, 0, 0)}; }

TEST(WarpByDepth, IsTheFrameItselfFromWhereItWasTaken) {
  const DepthGrid depth = BoardBeforeWall();
  const Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  const WarpField field = WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, lens, {});
  int seen = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const std::size_t i = field.At(x, y);
      if (field.cover[i] == Cover::kNone) continue;
      EXPECT_EQ(field.cover[i], Cover::kSeen) << x << " " << y;  // no step has come open
      EXPECT_NEAR(field.x[i], x + 0.5, 1e-3);
      EXPECT_NEAR(field.y[i], y + 0.5, 1e-3);
      ++seen;
    }
  EXPECT_GT(seen, (kWidth - 4) * (kHeight - 4));  // but for half a pixel of the raster along the edges
}

TEST(WarpByDepth, ANearerBoardMovesMoreAndHidesTheWall) {
  const DepthGrid depth = BoardBeforeWall();
  const Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  constexpr double kStep = 0.3;
  const WarpField field =
      WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, lens, MovedRight(kStep));
  const std::size_t on_board = field.At(kWidth / 2, kHeight / 2), on_wall = field.At(5, kHeight / 2);
  EXPECT_NEAR(field.x[on_board], kWidth / 2 + 0.5 + kFocal * kStep / 2, 0.01);
  EXPECT_NEAR(field.inverse[on_board], 0.5, 1e-3);
  EXPECT_NEAR(field.x[on_wall], 5.5 + kFocal * kStep / 4, 0.01);
  // The board, moved to the left, lies over the wall.
  const std::size_t hidden = field.At(kWidth / 3 - 4, kHeight / 2);
  EXPECT_NEAR(field.inverse[hidden], 0.5, 1e-3);
}

TEST(WarpByDepth, WhatComesOpenBehindTheBoardIsStretched) {
  const DepthGrid depth = BoardBeforeWall();
  const Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  constexpr double kStep = 0.6;
  const WarpField field =
      WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, lens, MovedRight(kStep));
  // Right of the board: it has moved by 21 px, the wall by 10.
  const double board_end = kWidth * 2 / 3.0 - kFocal * kStep / 2,
               wall_begins = kWidth * 2 / 3.0 - kFocal * kStep / 4;
  const int middle = static_cast<int>((board_end + wall_begins) / 2);
  EXPECT_EQ(field.cover[field.At(middle, kHeight / 2)], Cover::kStretched);
  EXPECT_EQ(field.cover[field.At(static_cast<int>(wall_begins) + 4, kHeight / 2)], Cover::kSeen);
  EXPECT_EQ(field.cover[field.At(static_cast<int>(board_end) - 4, kHeight / 2)], Cover::kSeen);
}

TEST(WarpByDepth, ASurfaceSeenFromBehindIsNotDrawn) {
  const DepthGrid depth = BoardBeforeWall();
  const Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  // From behind the wall, looking back.
  const Rigid3 behind{Eigen::Quaterniond(Eigen::AngleAxisd(std::acos(-1.0), Eigen::Vector3d::UnitY())),
                      Eigen::Vector3d(0, 0, 8)};
  const WarpField field = WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, lens, behind);
  EXPECT_EQ(field.cover[field.At(6, kHeight / 2)], Cover::kNone);
}

TEST(WarpByDepth, WhereNoDepthIsNothingIs) {
  DepthGrid depth = BoardBeforeWall();
  for (std::size_t i = 0; i < depth.inverse.size(); ++i)
    if (depth.inverse[i] < 0.3F) depth.inverse[i] = 0;
  const Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  const WarpField field = WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, lens, {});
  EXPECT_EQ(field.cover[field.At(4, 30)], Cover::kNone);
  EXPECT_EQ(field.cover[field.At(kWidth / 2, 30)], Cover::kSeen);
}

TEST(WarpByDepth, FollowsTheLensOfTheCapturedPicture) {
  DepthGrid depth = BoardBeforeWall();
  Camera lens = Camera::Simple(kWidth, kHeight, kFocal);
  lens.k1 = -0.2;
  const Camera pinhole = Camera::Simple(kWidth, kHeight, kFocal);
  const WarpField field = WarpByDepth({.depth = depth, .lens = lens, .cam_from_world = {}}, pinhole, {});
  const std::size_t corner = field.At(6, 6);
  const Eigen::Vector2d truth = *lens.Project(pinhole.Ray({6.5, 6.5}));
  EXPECT_NEAR(field.x[corner], truth.x(), 0.05);
  EXPECT_NEAR(field.y[corner], truth.y(), 0.05);
  EXPECT_GT(std::abs(truth.x() - 6.5), 1);
}

}  // namespace
}  // namespace rv::synthesis
