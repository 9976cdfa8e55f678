#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reconstruct/views/hole_fill.h"
#include "reconstruct/views/item_layer.h"

namespace rv::views {
namespace {

constexpr int kSide = 80;

// A board of 2 x 2 at z = 0, seen from z = -4; `x`: where the camera stands.
Rigid3 From(double x) { return {Eigen::Quaterniond::Identity(), Eigen::Vector3d(-x, 0, 4)}; }
Camera Lens() { return Camera::Simple(kSide, kSide, 80); }

struct Frame {
  DepthGrid depth;
  Image matte;
  Rigid3 cam_from_world;
  Camera lens = Lens();
  ItemSource Source() const {
    return {.depth = depth, .lens = lens, .cam_from_world = cam_from_world, .matte = matte, .paint = matte};
  }
};

// `shown`: the matte ends `missing` px before the board's right edge.
Frame BoardFrom(double x, int missing) {
  Frame out{.depth = {.camera = Lens()}, .matte = Image::Make(kSide, kSide, 1), .cam_from_world = From(x)};
  out.depth.inverse.assign(kSide * kSide, 0.25F);
  const int left = static_cast<int>(kSide / 2 + 80 * (-1 - x) / 4),
            right = static_cast<int>(kSide / 2 + 80 * (1 - x) / 4);
  for (int row = kSide / 4; row < kSide * 3 / 4; ++row)
    for (int col = left; col < right - missing; ++col) *out.matte.at(col, row) = 255;
  return out;
}

TEST(ItemLayer, TheMainSourceShowsTheItemWhereItIs) {
  const Frame main = BoardFrom(0.2, 0);
  const ItemLayer layer(Lens(), From(0), main.Source(), {main.Source()});
  const Image covered = layer.Covered();
  EXPECT_EQ(*covered.at(kSide / 2, kSide / 2), 255);
  EXPECT_EQ(*covered.at(kSide / 2 + 18, kSide / 2), 255);
  EXPECT_EQ(*covered.at(kSide / 2 + 23, kSide / 2), 0);
  EXPECT_NEAR(layer.inverse()[kSide / 2 * kSide + kSide / 2], 0.25, 1e-4);
  EXPECT_EQ(layer.inverse()[3], 0);
}

// A part of the item that the main frame's depth leaves open, as behind a step, is taken from another frame.
TEST(ItemLayer, WhatTheMainSourceHidesComesFromAnother) {
  Frame main = BoardFrom(0, 0);
  const Frame other = BoardFrom(0.2, 0);
  for (int row = 0; row < kSide; ++row)
    for (int col = 50; col < 54; ++col) main.depth.inverse[static_cast<std::size_t>(row) * kSide + col] = 0;
  ItemLayer layer(Lens(), From(0), main.Source(), {main.Source(), other.Source()});
  ASSERT_EQ(*layer.Covered().at(51, kSide / 2), 0);
  EXPECT_TRUE(layer.Fill(other.Source()));
  EXPECT_EQ(*layer.Covered().at(51, kSide / 2), 255);
  spin::ViewPixels view{.image = Image::Make(kSide, kSide, 3),
                        .provenance = Image::Make(kSide, kSide, 1),
                        .matte = Image::Make(kSide, kSide, 1)};
  layer.Paint(0, Image::Make(kSide, kSide, 3, 40), 1, view);
  layer.Paint(1, Image::Make(kSide, kSide, 3, 200), 2, view);
  EXPECT_EQ(*view.provenance.at(kSide / 2, kSide / 2), 1);
  EXPECT_EQ(view.image.at(kSide / 2, kSide / 2)[0], 40);
  EXPECT_EQ(*view.provenance.at(51, kSide / 2), 2);
  EXPECT_EQ(view.image.at(51, kSide / 2)[0], 200);
  EXPECT_EQ(*view.matte.at(51, kSide / 2), 255);
}

// Another frame's matte reaches farther than the main one's, which shows the background there: nothing is added.
TEST(ItemLayer, WhatAnyFrameShowsToBeAbsentIsNotFilled) {
  const Frame main = BoardFrom(0, 8), other = BoardFrom(0.2, 0);
  ItemLayer layer(Lens(), From(0), main.Source(), {main.Source(), other.Source()});
  EXPECT_FALSE(layer.Fill(other.Source()));
  EXPECT_EQ(*layer.Covered().at(kSide / 2 + 16, kSide / 2), 0);
}

// At the main source's own soft outline another frame's hard one adds nothing.
TEST(ItemLayer, TheMainSourcesOutlineStaysSoft) {
  Frame main = BoardFrom(0, 0);
  const Frame other = BoardFrom(0.2, 0);
  const int edge = kSide / 2 + 19;
  for (int row = 0; row < kSide; ++row) {
    if (*main.matte.at(edge, row) == 255) *main.matte.at(edge, row) = 100;
    main.depth.inverse[static_cast<std::size_t>(row) * kSide + 45] = 0;  // something else to fill
  }
  ItemLayer layer(Lens(), From(0), main.Source(), {other.Source()});
  ASSERT_TRUE(layer.Fill(other.Source()));
  spin::ViewPixels view{.image = Image::Make(kSide, kSide, 3, 90),
                        .provenance = Image::Make(kSide, kSide, 1, 9),
                        .matte = Image::Make(kSide, kSide, 1)};
  layer.Paint(0, Image::Make(kSide, kSide, 3, 40), 1, view);
  layer.Paint(1, Image::Make(kSide, kSide, 3, 200), 2, view);
  EXPECT_EQ(*view.provenance.at(45, kSide / 2), 2);
  EXPECT_NEAR(*view.matte.at(edge, kSide / 2), 100, 2);
  EXPECT_NEAR(view.image.at(edge, kSide / 2)[0], 90 + (40 - 90) * 200 / 255, 2);
}

spin::ViewPixels Striped(int offset) {
  spin::ViewPixels out{.image = Image::Make(kSide, kSide, 3),
                       .provenance = Image::Make(kSide, kSide, 1, 1),
                       .matte = Image::Make(kSide, kSide, 1)};
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      for (int c = 0; c < 3; ++c)
        out.image.at(x, y)[c] = static_cast<std::uint8_t>(90 + 40 * std::sin(x / 6.0) + offset);
  return out;
}

void Open(spin::ViewPixels& view) {
  for (int y = 30; y < 50; ++y)
    for (int x = 30; x < 50; ++x) *view.provenance.at(x, y) = 0;
}

TEST(FillHoles, AnotherFrameFillsLessItsTint) {
  spin::ViewPixels view = Striped(0), other = Striped(25);
  other.provenance.pixels.assign(other.provenance.pixels.size(), 7);
  const Image truth = view.image;
  Open(view);
  FillHoles(other, HolesOf(view, Image::Make(kSide, kSide, 1)), view);
  for (int y = 30; y < 50; ++y)
    for (int x = 30; x < 50; ++x) {
      ASSERT_EQ(*view.provenance.at(x, y), 7);
      ASSERT_NEAR(view.image.at(x, y)[0], truth.at(x, y)[0], 6) << x << " " << y;
    }
}

TEST(FillHoles, AFrameThatLooksOtherwiseAboutTheHoleIsNotTaken) {
  spin::ViewPixels view = Striped(0), other = Striped(0);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      for (int c = 0; c < 3; ++c)
        other.image.at(x, y)[c] = static_cast<std::uint8_t>((x / 10 + y / 10) % 2 == 0 ? 220 : 20);
  Open(view);
  FillHoles(other, HolesOf(view, Image::Make(kSide, kSide, 1)), view);
  EXPECT_EQ(*view.provenance.at(40, 40), 0);
}

TEST(FillHoles, WhereTheItemWillBeDrawnNothingIsOpen) {
  spin::ViewPixels view = Striped(0);
  Open(view);
  const Image holes = HolesOf(view, Image::Make(kSide, kSide, 1, 255));
  EXPECT_EQ(std::count(holes.pixels.begin(), holes.pixels.end(), 255), 0);
}

}  // namespace
}  // namespace rv::views
