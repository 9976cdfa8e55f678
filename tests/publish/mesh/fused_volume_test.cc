#include "publish/mesh/fused_volume.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/publish/mesh/ball_view.h"

namespace rv::mesh {
namespace {

float ValueAt(const Volume& volume, const Eigen::Vector3f& at) {
  const Eigen::Vector3f cells = (at - volume.low) / volume.cell;
  return volume
      .values[volume.At(static_cast<int>(std::lround(cells.x())), static_cast<int>(std::lround(cells.y())),
                        static_cast<int>(std::lround(cells.z())))];
}

class FusedVolume : public ::testing::Test {
 protected:
  void SetUp() override {
    const RotatingView& view = rv::testing::BallView();
    Result<std::vector<ItemFrame>> frames = LoadItemFrames(view, 12, 24, 2);
    ASSERT_TRUE(frames) << frames.error().message;
    frames_ = *std::move(frames);
  }
  std::vector<ItemFrame> frames_;
};

TEST_F(FusedVolume, BoundsAreThoseOfWhatTheFramesSee) {
  const ItemBounds bounds = BoundsOf(frames_);
  EXPECT_NEAR(bounds.low.x(), -0.5, 0.02);
  EXPECT_NEAR(bounds.high.x(), 0.5, 0.02);
  EXPECT_NEAR(bounds.high.y(), 0.35, 0.02);
  EXPECT_NEAR(bounds.low.z(), -0.4, 0.02);
}

TEST_F(FusedVolume, HasItsZeroOnTheItemAndDepthCarvesTheDent) {
  const Volume volume = FuseVolume(frames_, BoundsOf(frames_), 48, 2);
  EXPECT_LT(ValueAt(volume, {0, 0, 0}), 0);
  EXPECT_LT(ValueAt(volume, {0.42F, 0.05F, 0}), 0);
  EXPECT_GT(ValueAt(volume, {0, 0.05F, 0.32F}), 0) << "the dent";
  EXPECT_GT(ValueAt(volume, {0, 0.38F, 0}), 0) << "above";
  for (ItemFrame& frame : frames_) std::fill(frame.z.begin(), frame.z.end(), 0.0F);
  ItemBounds bounds{{-0.5F, -0.3F, -0.4F}, {0.5F, 0.35F, 0.4F}};
  EXPECT_LT(ValueAt(FuseVolume(frames_, bounds, 48, 2), {0, 0.05F, 0.32F}), 0) << "the hull knows no dents";
}

TEST_F(FusedVolume, OneWrongOutlineDoesNotCutAndThreadsDoNotMatter) {
  const ItemBounds bounds = BoundsOf(frames_);
  const Volume one = FuseVolume(frames_, bounds, 32, 1), three = FuseVolume(frames_, bounds, 32, 3);
  EXPECT_EQ(one.values, three.values);
  Image& matte = frames_[3].matte;
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width / 2; ++x) *matte.at(x, y) = 0;
  MeasureOutline(frames_[3]);
  const Volume after = FuseVolume(frames_, bounds, 32, 2);
  for (const Eigen::Vector3f& inside :
       {Eigen::Vector3f(0.4F, 0, 0), Eigen::Vector3f(-0.4F, 0, 0), Eigen::Vector3f(0, 0, -0.3F)})
    EXPECT_LT(ValueAt(after, inside), 0);
}

TEST(MeasureOutline, IsPositiveOutsideAndZeroOnTheEdge) {
  ItemFrame frame{.matte = Image::Make(20, 10, 1)};
  for (int y = 0; y < 10; ++y)
    for (int x = 8; x < 20; ++x) *frame.matte.at(x, y) = 255;
  MeasureOutline(frame);
  EXPECT_NEAR(frame.outside_px[5 * 20 + 7], 0.5, 1e-5);
  EXPECT_NEAR(frame.outside_px[5 * 20 + 8], -0.5, 1e-5);
  EXPECT_NEAR(frame.outside_px[5 * 20 + 2], 5.5, 1e-5);
  frame.matte = Image::Make(20, 10, 1);
  MeasureOutline(frame);
  EXPECT_LT(frame.outside_px[0], -1000) << "an empty matte says nothing";
}

}  // namespace
}  // namespace rv::mesh
