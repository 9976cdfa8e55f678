// The depth figures of bench/picture on rasters whose faults are known.
#include "bench/picture/depth_likeness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/temp_folder.h"
#include "bench/picture/frame_depth.h"

namespace rv::picture {
namespace {

constexpr int kSide = 60, kFirst = 10, kLast = 49;  // the item's square

// An item at 4 whose right part, from `step_at` on, is at 3.6, before a wall at 8.
DepthRaster Scene(int step_at) {
  DepthRaster out{.width = kSide, .height = kSide};
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const bool item = x >= kFirst && x <= kLast && y >= kFirst && y <= kLast;
      out.item.push_back(item ? 255 : 0);
      out.inverse.push_back(!item ? 1 / 8.0F : x < step_at ? 1 / 4.0F : 1 / 3.6F);
    }
  return out;
}

std::size_t Index(int x, int y) { return static_cast<std::size_t>(y) * kSide + x; }

TEST(DepthFigures, TheTruthItselfHasNoFault) {
  const DepthTally tally = CompareDepth(Scene(30), Scene(30), 0);
  EXPECT_EQ(tally.px, 38 * 38);  // without the outermost pixel
  EXPECT_EQ(tally.within_half, tally.px);
  EXPECT_EQ(tally.inner, 2 * 40);
  EXPECT_EQ(tally.inner_found, tally.inner);
  EXPECT_EQ(tally.rim_found, tally.rim);
  EXPECT_EQ(tally.said_right, tally.said);
}

TEST(DepthFigures, ErrorsAreSharesOfTheDistance) {
  DepthRaster mine = Scene(30);
  for (int x = 20; x < 24; ++x)
    for (int y = 20; y < 30; ++y)  // 10 pixels each
      mine.inverse[Index(x, y)] = 1 / (4 * (x == 20 ? 1.004F : x == 21 ? 0.993F : x == 22 ? 1.02F : 1.009F));
  mine.inverse[Index(25, 25)] = 0;          // not known
  mine.inverse[Index(kFirst, kFirst)] = 1;  // the outermost pixel does not count
  const DepthTally tally = CompareDepth(mine, Scene(30), 0);
  EXPECT_EQ(tally.px - tally.within_half, 31);
  EXPECT_EQ(tally.px - tally.within_whole, 11);
}

TEST(DepthFigures, StepsOfStoringAreShares) {
  const DepthTally tally = CompareDepth(Scene(kSide), Scene(kSide), 0.001);
  EXPECT_NEAR(tally.steps_pct / tally.px, 0.4, 1e-4);  // of 1 / 4
}

TEST(DepthFigures, AnEdgeMayBeTwoPixelsOff) {
  const DepthTally near = CompareDepth(Scene(32), Scene(30), 0), far = CompareDepth(Scene(34), Scene(30), 0);
  EXPECT_EQ(near.inner_found, near.inner);
  EXPECT_EQ(near.said_right, near.said);
  // But for those pixels that are near it at the item's outline, none.
  EXPECT_LT(far.inner_found, 0.1 * far.inner);
  EXPECT_LT(far.said_right, 0.2 * far.said);
}

TEST(DepthFigures, ARampIsNoEdge) {
  DepthRaster mine = Scene(30);
  for (int y = kFirst; y <= kLast; ++y)
    for (int x = 22; x < 38; ++x)
      mine.inverse[Index(x, y)] = 1 / (4 - 0.4F * static_cast<float>(x - 21) / 17);
  EXPECT_EQ(CompareDepth(mine, Scene(30), 0).inner_found, 0);
}

TEST(DepthFigures, WhereTheMatteEndsItemAndBackgroundAreApart) {
  DepthRaster even = Scene(kSide);
  for (float& inverse : even.inverse) inverse = 1 / 4.0F;  // the item's depth goes on
  const DepthTally tally = CompareDepth(even, Scene(kSide), 0);
  EXPECT_GT(tally.rim, 0);
  EXPECT_EQ(tally.rim_found, tally.rim);
  DepthRaster cut = even;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < 20; ++x) cut.item[Index(x, y)] = 0;  // a quarter of the item is missing
  EXPECT_LT(CompareDepth(cut, Scene(kSide), 0).rim_found, 0.8 * tally.rim);
}

void Write(const std::filesystem::path& file, const EncodedImage& image) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(image.bytes.data()),
             static_cast<std::streamsize>(image.bytes.size()));
}

// The asset's world is half as large as the scene, its object unit 5 world units.
TEST(DepthFigures, StoredDepthIsHeldAgainstTheSweepsRasters) {
  const Result<TempFolder> folder = TempFolder::Make("rotaview-test");
  ASSERT_TRUE(folder);
  constexpr int kTrueSide = 2 * kSide;
  Raster16 depth{kTrueSide, kTrueSide, std::vector<std::uint16_t>(kTrueSide * kTrueSide, 4000)};
  Image matte = Image::Make(kTrueSide, kTrueSide, 1);
  for (int y = 20; y < 100; ++y)
    for (int x = 20; x < 100; ++x) *matte.at(x, y) = 255;
  Write(folder->path() / "depth" / "0007.png", EncodePng16(depth));
  Write(folder->path() / "matte" / "0007.png", EncodePng(matte));
  RotatingView view;
  view.object_from_world_scale = 0.2;
  // 4 in the scene = 2 in the world = 0.4 object units: value 128 of 1 / 0.8 (1) to 1 / 0.2667 (255).
  const Image stored = Image::Make(kSide, kSide, 1, 128);
  view.sources.push_back({.name = "0007.jpg",
                          .matte = EncodePng(matte),
                          .depth = EncodePng(stored),
                          .depth_nearest = 1 / 3.75,
                          .depth_farthest = 1 / 1.25});
  view.sources.push_back({.name = "0008.jpg", .depth = view.sources[0].depth});  // has no truth
  SweepFigures right, wrong;
  ASSERT_TRUE(MeasureFrameDepths(view, folder->path(), 2, right));
  EXPECT_EQ(right.depths, 1);
  EXPECT_EQ(right.depth.px, 38 * 38);
  EXPECT_EQ(right.depth.within_half, right.depth.px);
  ASSERT_TRUE(MeasureFrameDepths(view, folder->path(), 2.03, wrong));
  EXPECT_EQ(wrong.depth.within_whole, 0);
}

}  // namespace
}  // namespace rv::picture
