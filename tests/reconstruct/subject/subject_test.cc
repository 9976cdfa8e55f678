#include "reconstruct/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/orbit.h"
#include "reconstruct/spin.h"
#include "reconstruct/spin/item_frame.h"
#include "reconstruct/views/backdrop.h"
#include "tests/reconstruct/subject/drawn_item.h"

namespace rv {
namespace {

// Intersection over union, at the truth's size.
double Overlap(const EncodedImage& matte, const Image& truth) {
  const Image found = Resize(*Decode(matte, 1), truth.width, truth.height);
  double both = 0, any = 0;
  for (std::size_t i = 0; i < truth.pixels.size(); ++i) {
    both += found.pixels[i] >= 128 && truth.pixels[i] >= 128;
    any += found.pixels[i] >= 128 || truth.pixels[i] >= 128;
  }
  return any > 0 ? both / any : 0;
}

std::vector<double> Overlaps(const Subject& subject, const Drawn& scene) {
  std::vector<double> out;
  for (int i = 0; i < kDrawnFrames; ++i)
    out.push_back(Overlap(subject.mattes[static_cast<std::size_t>(i)], scene.drawn.Depth(i).matte));
  return out;
}

class SubjectOf : public ::testing::TestWithParam<std::pair<const char*, bool>> {};

TEST_P(SubjectOf, IsFoundInEveryFrameAndInSpace) {
  const Drawn& scene = Scene(GetParam().first, GetParam().second);
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject) << subject.error().message;
  EXPECT_TRUE(subject->placed);
  const std::vector<double> overlaps = Overlaps(*subject, scene);
  EXPECT_GT(Median(overlaps), 0.92);
  EXPECT_GT(*std::min_element(overlaps.begin(), overlaps.end()), 0.8);
  EXPECT_LT((subject->center - scene.drawn.subject()).norm(), 0.05 * scene.orbit.radius);
}

// The orbit's subject comes from points, and an item's base may have none.
TEST_P(SubjectOf, IsFoundWhereTheOrbitTookItForSmallerAndBesideItsPlace) {
  const Drawn& scene = Scene(GetParam().first, GetParam().second);
  const Result<Subject> known = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(known && known->placed);
  Orbit off = scene.orbit;
  off.subject_radius = 0.7 * known->radius;
  off.center = known->center + 0.3 * known->radius * off.up;
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, off, 2, {});
  ASSERT_TRUE(subject) << subject.error().message;
  EXPECT_TRUE(subject->placed);
  const std::vector<double> overlaps = Overlaps(*subject, scene);
  EXPECT_GT(Median(overlaps), 0.92);
  EXPECT_LT((subject->center - known->center).norm(), 0.1 * known->radius);
}

TEST_P(SubjectOf, IsWholeInEveryViewAndFillsIt) {
  const Drawn& scene = Scene(GetParam().first, GetParam().second);
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject && subject->placed);
  // The frame has the item in its middle though the orbit's center is above it.
  const Eigen::Vector3d above = subject->center + 0.3 * subject->radius * scene.orbit.up;
  const Orbit about = OrbitAbout(scene.reconstruction, scene.sweep, scene.orbit, above, subject->radius, {});
  const SpinOptions options{.size_px = 96, .threads = 2};
  const Result<RotatingView> spin =
      BuildSpin(scene.sweep, scene.reconstruction, about, *subject, options, {});
  ASSERT_TRUE(spin) << spin.error().message;
  double widest = 0, above_middle = 0, below_middle = 0;
  for (const View& view : spin->views)
    for (const Point& point : scene.reconstruction.points) {
      const Eigen::Vector3d in_object =
          spin->object_from_world.rotation * (spin->object_from_world_scale * point.position) +
          spin->object_from_world.translation;
      const auto pixel = spin->view_camera->Project(*view.cam_from_object * in_object);
      ASSERT_TRUE(pixel);
      widest = std::max(widest, std::abs(pixel->x() - spin->width / 2.0) / (spin->width / 2.0));
      const double down = pixel->y() / (spin->height / 2.0) - 1;
      above_middle = std::max(above_middle, -down);
      below_middle = std::max(below_middle, down);
    }
  EXPECT_NEAR(above_middle, below_middle, 0.15);
  const double filled = std::max({widest, above_middle, below_middle});
  EXPECT_LT(filled, 0.92);
  EXPECT_GT(filled, 0.72);
}

// A view's matte is held to the scene drawn from the view's own camera.
TEST_P(SubjectOf, HasAMatteInEveryView) {
  const Drawn& scene = Scene(GetParam().first, GetParam().second);
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject && subject->placed);
  const Result<RotatingView> spin = BuildSpin(scene.sweep, scene.reconstruction, scene.orbit, *subject,
                                              {.size_px = 160, .threads = 2, .background = "#0000ff"}, {});
  ASSERT_TRUE(spin) << spin.error().message;
  std::vector<double> overlaps;
  for (std::size_t i = 0; i < spin->views.size(); i += 4) {
    const View& view = spin->views[i];
    const Eigen::Quaterniond turn = view.cam_from_object->rotation * spin->object_from_world.rotation;
    const Eigen::Vector3d eye = spin->object_from_world.rotation.conjugate() *
                                (view.cam_from_object->Origin() - spin->object_from_world.translation) /
                                spin->object_from_world_scale;
    const CleanView truth = scene.drawn.RenderFrom(*spin->view_camera, {turn, -(turn * eye)});
    overlaps.push_back(Overlap(view.matte, truth.truth.matte));
    const Image picture = *Decode(view.image, 3), provenance = *Decode(view.provenance, 1);
    EXPECT_GT(picture.at(1, 1)[2], 240) << i;  // the other background
    EXPECT_LT(picture.at(1, 1)[0], 20) << i;
    EXPECT_EQ(*provenance.at(1, 1), 0) << i;
    EXPECT_NE(*provenance.at(spin->width / 2, spin->height / 2), 0) << i;
  }
  EXPECT_GT(Median(overlaps), 0.93);
  EXPECT_EQ(spin->sources[3].matte, subject->mattes[3]);
  EXPECT_GT(spin->sources[3].matte_confidence, 0.8);
}

// The camera aims so high that the lower half of the item is out of the picture in one frame.
TEST(Receipt, NamesTheFramesThatTheItemLeaves) {
  const Drawn& scene = Scene("tin", true);
  Reconstruction map = scene.reconstruction;
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject && subject->placed);
  const auto cut = [&] {
    const Result<RotatingView> spin =
        BuildSpin(scene.sweep, map, scene.orbit, *subject, {.size_px = 96, .threads = 2}, {});
    EXPECT_TRUE(spin);
    std::string text;
    for (const std::string& finding : spin->coverage.findings)
      if (finding.find("leaves the picture") != std::string::npos) text += finding;
    return text;
  };
  EXPECT_EQ(cut(), "");
  Rigid3& pose = map.frames[7].cam_from_world;
  pose = Rigid3{.rotation = Eigen::Quaterniond(Eigen::AngleAxisd(ToRadians(-20), Eigen::Vector3d::UnitX()))} *
         pose;
  EXPECT_THAT(cut(), ::testing::HasSubstr("in 1 frame (7.jpg)"));
}

INSTANTIATE_TEST_SUITE_P(Drawn,
                         SubjectOf,
                         ::testing::Values(std::pair("tin", true), std::pair("box", false)));

// Share of the item's uppermost part, `upper` of its height in the picture, that the mattes hold.
double UpperPartFound(const Drawn& scene, const Subject& subject, double upper) {
  double found = 0, all = 0;
  for (int i = 0; i < kDrawnFrames; ++i) {
    const Image truth = scene.drawn.Depth(i).matte;
    const Image matte =
        Resize(*Decode(subject.mattes[static_cast<std::size_t>(i)], 1), truth.width, truth.height);
    int top = truth.height, bottom = 0;
    for (int y = 0; y < truth.height; ++y)
      for (int x = 0; x < truth.width; ++x)
        if (*truth.at(x, y) != 0) top = std::min(top, y), bottom = std::max(bottom, y);
    for (int y = top; y < top + upper * (bottom - top); ++y)
      for (int x = 0; x < truth.width; ++x) {
        if (*truth.at(x, y) == 0) continue;
        ++all;
        found += *matte.at(x, y) >= 128;
      }
  }
  return found / all;
}

// A bottle's cap has one color, no point, and nothing like it on the rest of the item.
TEST(Subject, AnEvenPartBelongsToIt) {
  SweepScene how = SmallScene("bottle", false);
  how.seed = 3;
  Drawn scene = Draw(how);
  std::vector<double> heights;
  for (const Point& point : scene.reconstruction.points) heights.push_back(point.position.y());
  const double low = Quantile(heights, 0), high = Quantile(heights, 1);
  std::erase_if(scene.reconstruction.points,
                [&](const Point& point) { return point.position.y() > low + 0.8 * (high - low); });
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject) << subject.error().message;
  EXPECT_GT(UpperPartFound(scene, *subject, 0.15), 0.2);  // nothing of it, by colors and edges alone
}

TEST(Subject, OneSideDoesNotSayHowDeepItIs) {
  SweepScene how = SmallScene("tin", true);
  how.arc_deg = 60;
  const Drawn scene = Draw(how);
  const Result<Subject> subject = FindSubject(scene.sweep, scene.reconstruction, scene.orbit, 2, {});
  ASSERT_TRUE(subject);
  EXPECT_FALSE(subject->placed);
  // Its views show all of it all the same, and little else.
  ASSERT_TRUE(subject->known);
  const Result<RotatingView> spin =
      BuildSpin(scene.sweep, scene.reconstruction, scene.orbit, *subject, {.size_px = 96, .threads = 2}, {});
  ASSERT_TRUE(spin) << spin.error().message;
  double left = 1, right = 0, top = 1, bottom = 0;
  for (const View& view : spin->views)
    for (const Point& point : scene.reconstruction.points) {
      const auto pixel = spin->view_camera->Project(
          *view.cam_from_object *
          (spin->object_from_world * (spin->object_from_world_scale * point.position)));
      ASSERT_TRUE(pixel);
      left = std::min(left, pixel->x() / spin->width);
      right = std::max(right, pixel->x() / spin->width);
      top = std::min(top, pixel->y() / spin->height);
      bottom = std::max(bottom, pixel->y() / spin->height);
    }
  EXPECT_GT(left, 0.02);
  EXPECT_LT(right, 0.98);
  EXPECT_GT(top, 0.02);
  EXPECT_LT(bottom, 0.98);
  EXPECT_GT(std::max(right - left, bottom - top), 0.65);
}

TEST(Backdrop, ContinuesTheBackgroundAndLeavesWhatWasCaptured) {
  Image image = Image::Make(120, 80, 3), provenance = Image::Make(120, 80, 1);
  for (int y = 0; y < 80; ++y)
    for (int x = 30; x < 120; ++x) {
      *provenance.at(x, y) = 1;
      const bool item = x > 60 && x < 90 && y > 20;
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = item ? 250 : static_cast<std::uint8_t>(40 + y);
    }
  Image item = Image::Make(60, 40, 1);
  for (int y = 9; y < 40; ++y)
    for (int x = 29; x < 46; ++x) *item.at(x, y) = 255;
  const Image before = image;
  EXPECT_NEAR(views::FillBackdrop(provenance, item, image), 0.25, 1e-9);
  for (int y = 8; y < 72; ++y) {
    EXPECT_NEAR(*image.at(25, y), 40 + y, 12) << y;
    EXPECT_TRUE(std::equal(image.at(30, y), image.at(30, y) + 270, before.at(30, y)));
  }
}

// An item that reaches farther right and down than left and up has the frame's middle there.
TEST(ItemFrame, HasTheBoxInItsMiddle) {
  const spin::ItemBox box{.left = 100, .right = 300, .above = 150, .below = 250};
  const spin::ViewFrame frame = spin::FrameItem(box, {.size_px = 800}).frame;
  EXPECT_NEAR(frame.left + frame.width / frame.scale / 2, 100, 1);
  EXPECT_NEAR(frame.top + frame.height / frame.scale / 2, 50, 1);
  EXPECT_NEAR(400 * frame.scale / frame.width, SpinOptions().fill, 0.02);
  const spin::WarpGrid grid = spin::GridOver(frame, 20);
  EXPECT_LT(grid.left, frame.left);
  EXPECT_GT(grid.left + (grid.cols - 1) * grid.cell, frame.left + frame.width / frame.scale);
  EXPECT_LT(grid.top, frame.top);
  EXPECT_GT(grid.top + (grid.rows - 1) * grid.cell, frame.top + frame.height / frame.scale);
}

TEST(Aspect, IsTwoPositiveNumbers) {
  EXPECT_EQ(AspectOf("4:3"), 4.0 / 3);
  for (const char* bad : {"auto", "", ":", "4:", ":3", "4:0", "-4:3", "4:3x", "a:b"})
    EXPECT_FALSE(AspectOf(bad)) << bad;
}

}  // namespace
}  // namespace rv
