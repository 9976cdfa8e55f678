// The figures of bench/picture on captured sweeps, on an asset whose faults are known.
#include "bench/picture/captured.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/temp_folder.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv::picture {
namespace {

constexpr int kCaptured = 9;

SweepScene BoxOnATable() {
  SweepScene how{.object = "box", .print = "patchwork", .studio = true, .shadows = false, .arc_deg = 72};
  how.width = 320;
  how.height = 240;
  how.frames = kCaptured;
  how.samples = 1;
  return how;
}

// A faultless asset: every view is what a camera sees between two frames. Its object frame is the world, the box's center
// in its origin.
RotatingView Faultless() {
  const SyntheticSweep drawn(BoxOnATable());
  RotatingView out{.tier = Tier::kFullPath, .source_kind = "photos", .width = 320, .height = 240};
  out.view_camera = drawn.camera();
  out.object_from_world.translation = -drawn.subject();
  Reconstruction map{.cameras = {drawn.camera()}};
  for (int i = 0; i < kCaptured; ++i) {
    const Rigid3 pose = drawn.Truth(i).cam_from_object;
    const Image picture = drawn.Render(i);
    map.frames.push_back(
        {.name = std::to_string(i), .width = 320, .height = 240, .posed = true, .cam_from_world = pose});
    SourceFrame source{.name = std::to_string(i), .width = 320, .height = 240, .source_index = i};
    source.image = EncodePng(picture);
    source.matte = EncodePng(drawn.Depth(i).matte);
    out.sources.push_back(std::move(source));
    for (int y = 20; y < 220; y += 8)
      for (int x = 20; x < 300; x += 8)
        if (const auto at = drawn.SurfacePoint(i, x, y)) {
          Point point{.position = *at};
          point.track.push_back(
              {.frame = FrameId{static_cast<std::uint32_t>(i)}, .pixel = Eigen::Vector2d(x + 0.5, y + 0.5)});
          map.points.push_back(std::move(point));
        }
    if (i % 3 != 1) continue;
    View view;
    view.cam_from_object = pose * Rigid3{.translation = drawn.subject()};
    view.image = EncodePng(picture);
    view.provenance = EncodePng(Image::Make(320, 240, 1, 1));
    view.sources = {{.frame = FrameId{static_cast<std::uint32_t>(i)}}};
    out.views.push_back(std::move(view));
  }
  out.reconstruction = std::move(map);
  return out;
}

CapturedFigures Figures(const RotatingView& view, const WholeFrames& whole = {.all = true}) {
  CapturedFigures out;
  const Status measured = MeasureCaptured(view, whole, {}, out);
  EXPECT_TRUE(measured) << measured.error().message;
  return out;
}

class Captured : public ::testing::Test {
 protected:
  static RotatingView& Asset() {
    static RotatingView view = Faultless();
    return view;
  }
};

TEST_F(Captured, AFaultlessAssetCutsAndBendsNothing) {
  const CapturedFigures figures = Figures(Asset());
  EXPECT_EQ(figures.judged, 3);
  EXPECT_THAT(figures.cut, ::testing::IsEmpty());
  EXPECT_NEAR(figures.enlarged, 1, 0.01);
  EXPECT_GT(figures.fill_pct, 30);
  EXPECT_LT(figures.fill_pct, 90);
  ASSERT_GT(figures.epipolar_views, 0);
  EXPECT_LT(figures.epipolar_p95_median_pct, 1.2);
}

TEST_F(Captured, AViewThatLeavesThePictureIsCutWhereAWholeFrameIsNear) {
  EXPECT_EQ(Figures(Asset(), {.all = false, .names = {"1"}, .index_ranges = {}}).judged, 1);
  RotatingView view = Asset();
  // The second view looks past the item: a third of the picture's width to the left.
  view.views[1].cam_from_object->translation.x() += view.views[1].cam_from_object->translation.z() / 3;
  const CapturedFigures figures = Figures(view);
  EXPECT_THAT(figures.cut, ::testing::ElementsAre(1));
  EXPECT_GT(figures.worst_cut_pct, 5);
}

// Straight lines become waves.
TEST_F(Captured, ABentViewIsFarFromItsEpipolarLines) {
  RotatingView view = Asset();
  for (View& bent : view.views) {
    const Image straight = *Decode(bent.image, 3);
    Image out = straight;
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const double off = 4 * std::sin(x / 320.0 * 12);  // px, up and down
        const int from = std::clamp(static_cast<int>(std::lround(y + off)), 0, out.height - 1);
        std::copy_n(straight.at(x, from), 3, out.at(x, y));
      }
    bent.image = EncodePng(out);
  }
  EXPECT_GT(Figures(view).epipolar_p95_median_pct, 1.5 * Figures(Asset()).epipolar_p95_median_pct);
}

TEST(WholeFrames, AreAllOrNamedOrRanges) {
  const Result<TempFolder> folder = TempFolder::Make("captured_test");
  ASSERT_TRUE(folder);
  const std::filesystem::path file = folder->path() / "whole.json";
  std::ofstream(file) << R"({"_": "by eye", "a": {"whole": "all"}, "b": {"whole": ["2.jpg"]},
                             "c": {"whole_ranges": [[3, 5]]}})";
  const Result<WholeFramesOfSets> sets = ReadWholeFrames(file);
  ASSERT_TRUE(sets) << sets.error().message;
  ASSERT_EQ(sets->size(), 3U);
  const SourceFrame second{.name = "2.jpg", .source_index = 2}, fourth{.name = "4.jpg", .source_index = 4};
  EXPECT_TRUE(sets->at("a").Holds(second, false));
  EXPECT_TRUE(sets->at("b").Holds(second, false));
  EXPECT_FALSE(sets->at("b").Holds(fourth, false));
  EXPECT_TRUE(sets->at("c").Holds(fourth, true));
  EXPECT_FALSE(sets->at("c").Holds(second, true));
  std::ofstream(file, std::ios::trunc) << "no JSON";
  EXPECT_FALSE(ReadWholeFrames(file));
}

}  // namespace
}  // namespace rv::picture
