#include "synthesis/novel_view.h"

#include <gtest/gtest.h>

#include <cmath>

#include "synthesis/asset_renderer.h"

namespace rv::synthesis {
namespace {

constexpr int kSide = 96;
constexpr double kLength = 90, kDistance = 4;

// A wall at z = 0 with a smooth print, and cameras before it that look along +z from z = -kDistance.
std::uint8_t Print(double x, double y, int channel) {
  return static_cast<std::uint8_t>(128 + 60 * std::sin(3 * x + channel) + 50 * std::cos(4 * y - channel));
}

Camera Lens() { return Camera::Simple(kSide, kSide, kLength); }

Rigid3 At(double x) { return {Eigen::Quaterniond::Identity(), Eigen::Vector3d(-x, 0, kDistance)}; }

Image PictureFrom(double x) {
  Image out = Image::Make(kSide, kSide, 3);
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col)
      for (int c = 0; c < 3; ++c)
        out.at(col, row)[c] = Print(x + kDistance * (col + 0.5 - kSide / 2.0) / kLength,
                                    kDistance * (row + 0.5 - kSide / 2.0) / kLength, c);
  return out;
}

// `depth_error`: of the wall's distance, relative.
CapturedView ViewFrom(double x, double depth_error = 0) {
  CapturedView out{.picture = PictureFrom(x), .lens = Lens(), .cam_from_world = At(x)};
  out.behind.camera = Lens().Scaled(kSide / 2, kSide / 2);
  out.behind.inverse.assign(static_cast<std::size_t>(kSide / 2) * (kSide / 2),
                            static_cast<float>(1 / (kDistance * (1 + depth_error))));
  return out;
}

// Mean of the differences where both show something, away from the edges.
double Apart(const Image& drawn, const Image& truth) {
  double sum = 0;
  int count = 0;
  for (int row = 12; row < kSide - 12; ++row)
    for (int col = 12; col < kSide - 12; ++col) {
      EXPECT_EQ(drawn.at(col, row)[3], 255) << col << " " << row;
      for (int c = 0; c < 3; ++c) sum += std::abs(drawn.at(col, row)[c] - truth.at(col, row)[c]);
      count += 3;
    }
  return sum / count;
}

TEST(DrawNovelView, FromAFramesOwnCameraItIsThatFrame) {
  const CapturedView one = ViewFrom(0), other = ViewFrom(0.3);
  const Image drawn = DrawNovelView({{&one, 1}, {&other, 0}}, Lens(), At(0));
  for (int row = 2; row < kSide - 2; ++row)
    for (int col = 2; col < kSide - 2; ++col)
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(drawn.at(col, row)[c], one.picture.at(col, row)[c], 1);
}

TEST(DrawNovelView, BetweenTwoFramesItIsWhatACameraThereSees) {
  const CapturedView left = ViewFrom(-0.2), right = ViewFrom(0.2);
  const Image drawn = DrawNovelView({{&left, 0.5}, {&right, 0.5}}, Lens(), At(0));
  EXPECT_LT(Apart(drawn, PictureFrom(0)), 1.5);
}

// A wrong depth puts the two apart; along the flow between them they meet, and nothing is seen twice.
TEST(DrawNovelView, FramesThatDisagreeMeetInTheMiddle) {
  const CapturedView left = ViewFrom(-0.2, 0.25), right = ViewFrom(0.2, 0.25);
  const Image truth = PictureFrom(0);
  const double met = Apart(DrawNovelView({{&left, 0.5}, {&right, 0.5}}, Lens(), At(0)), truth);
  const double one = Apart(DrawNovelView({{&left, 1}}, Lens(), At(0)), truth);
  EXPECT_LT(met, 0.4 * one);
  EXPECT_LT(met, 2.5);
}

TEST(DrawNovelView, WhereNoFrameLooksAlphaIsZero) {
  const CapturedView one = ViewFrom(0);
  const Image drawn = DrawNovelView({{&one, 1}}, Lens(), At(2));
  EXPECT_EQ(drawn.at(kSide - 3, kSide / 2)[3], 0);
  EXPECT_EQ(drawn.at(5, kSide / 2)[3], 255);
}

// What the first frame does not show comes from one that has no weight of its own.
TEST(DrawNovelView, AFrameWithoutWeightFillsWhatIsMissing) {
  const CapturedView one = ViewFrom(-1), spare = ViewFrom(1);
  const Image alone = DrawNovelView({{&one, 1}}, Lens(), At(0));
  const Image both = DrawNovelView({{&one, 1}, {&spare, 0}}, Lens(), At(0));
  ASSERT_EQ(alone.at(kSide - 4, kSide / 2)[3], 0);
  EXPECT_EQ(both.at(kSide - 4, kSide / 2)[3], 255);
  EXPECT_NEAR(both.at(kSide - 4, kSide / 2)[1], PictureFrom(0).at(kSide - 4, kSide / 2)[1], 4);
}

// An asset whose frames are those above.
RotatingView Asset(std::initializer_list<double> places) {
  RotatingView out{.tier = Tier::kFullPath, .orbit = Orbit{}, .reconstruction = Reconstruction{}};
  out.reconstruction->cameras = {Lens()};
  for (const double x : places) {
    SourceFrame source{.name = "frame", .width = kSide, .height = kSide, .image = EncodePng(PictureFrom(x))};
    source.depth = EncodePng(Image::Make(kSide / 2, kSide / 2, 1, 255));
    source.depth_nearest = kDistance;
    source.depth_farthest = 2 * kDistance;
    out.sources.push_back(source);
    out.reconstruction->frames.push_back(
        {.name = "frame", .width = kSide, .height = kSide, .posed = true, .cam_from_world = At(x)});
  }
  return out;
}

TEST(AssetRenderer, DrawsFromTheFramesOnBothSides) {
  const RotatingView asset = Asset({-0.3, 0.1, 0.9});
  const auto renderer = AssetRenderer::Create(asset);
  ASSERT_TRUE(renderer) << renderer.error().message;
  const Result<Image> drawn = (*renderer)->Draw(Lens(), At(0));
  ASSERT_TRUE(drawn) << drawn.error().message;
  EXPECT_LT(Apart(*drawn, PictureFrom(0)), 2);
}

// Three quarters of the way to the bright one.
TEST(AssetRenderer, MixesByHowNearTheFramesAre) {
  RotatingView asset = Asset({-0.75, 0.25});
  asset.sources[0].image = EncodePng(Image::Make(kSide, kSide, 3, 40));
  asset.sources[1].image = EncodePng(Image::Make(kSide, kSide, 3, 200));
  const auto renderer = AssetRenderer::Create(asset);
  ASSERT_TRUE(renderer);
  const Result<Image> drawn = (*renderer)->Draw(Lens(), At(0));
  ASSERT_TRUE(drawn);
  EXPECT_NEAR(drawn->at(kSide / 2, kSide / 2)[1], 40 + 0.75 * 160, 4);
}

TEST(LoadCapturedView, GivesTheStoredDepthInWorldUnits) {
  RotatingView asset = Asset({0, 0.5});
  asset.object_from_world_scale = 0.5;  // object units are two of the world's
  Image raster = Image::Make(kSide / 2, kSide / 2, 1, 255);
  for (int y = 0; y < raster.height; ++y)
    for (int x = raster.width / 2; x < raster.width; ++x) *raster.at(x, y) = 1;
  asset.sources[0].depth = EncodePng(raster);
  asset.sources[0].depth_nearest = 1.5;
  asset.sources[0].depth_farthest = 6;
  const Result<CapturedView> view = LoadCapturedView(asset, 0);
  ASSERT_TRUE(view) << view.error().message;
  ASSERT_TRUE(view->item.empty());  // no matte
  const auto at = [&](int x) {
    return view->behind.inverse[static_cast<std::size_t>(20) * view->behind.camera.width + x];
  };
  EXPECT_NEAR(at(5), 1 / 3.0, 1e-3);
  EXPECT_NEAR(at(40), 1 / 12.0, 1e-3);
}

// The item has the depth that its matte covers, a margin of it and no more; behind it the background goes on.
TEST(LoadCapturedView, TellsItemAndBackgroundApartByTheMatte) {
  RotatingView asset = Asset({0, 0.5});
  Image raster = Image::Make(kSide / 2, kSide / 2, 1, 1), matte = Image::Make(kSide, kSide, 1);
  for (int y = 18; y < 30; ++y)
    for (int x = 18; x < 30; ++x) *raster.at(x, y) = 255;
  for (int y = 36; y < 60; ++y)
    for (int x = 36; x < 60; ++x) *matte.at(x, y) = 255;
  asset.sources[0].depth = EncodePng(raster);
  asset.sources[0].matte = EncodePng(matte);
  const Result<CapturedView> view = LoadCapturedView(asset, 0);
  ASSERT_TRUE(view) << view.error().message;
  const auto at = [](const DepthGrid& grid, int x) {
    return grid.inverse[static_cast<std::size_t>(24) * grid.camera.width + x];
  };
  EXPECT_NEAR(at(view->item, 24), 1 / kDistance, 1e-3);
  EXPECT_NEAR(at(view->item, 31), 1 / kDistance, 1e-3);
  EXPECT_EQ(at(view->item, 40), 0);
  EXPECT_NEAR(at(view->behind, 24), 1 / (2 * kDistance), 1e-2);
  EXPECT_NEAR(at(view->behind, 40), 1 / (2 * kDistance), 1e-3);
}

TEST(AssetRenderer, AnAssetWithoutDepthIsRefusedWithARemedy) {
  RotatingView asset = Asset({-0.3, 0.1});
  for (SourceFrame& source : asset.sources) source.depth = {};
  const auto renderer = AssetRenderer::Create(asset);
  ASSERT_FALSE(renderer);
  EXPECT_EQ(renderer.error().code, ErrorCode::kInsufficientData);
  EXPECT_NE(renderer.error().remedy.find("--no-depth"), std::string::npos);
}

TEST(AssetRenderer, AFrameThatDoesNotDecodeIsAnError) {
  RotatingView asset = Asset({-0.3, 0.1});
  asset.sources[1].depth.bytes.resize(20);
  const auto renderer = AssetRenderer::Create(asset);
  ASSERT_TRUE(renderer);
  const Result<Image> drawn = (*renderer)->Draw(Lens(), At(0));
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace rv::synthesis
