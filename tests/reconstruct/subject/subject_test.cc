#include "reconstruct/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <random>

#include "base/statistics.h"
#include "reconstruct/orbit.h"
#include "reconstruct/spin.h"
#include "reconstruct/spin/backdrop.h"
#include "reconstruct/spin/matte_edges.h"
#include "reconstruct/subject/consensus.h"
#include "reconstruct/subject/fine_edges.h"
#include "reconstruct/subject/tv_labels.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv {
namespace {

constexpr int kFrames = 20;

// A drawn sweep with its true poses, and points of the item where two frames see them.
struct Drawn {
  SyntheticSweep drawn;
  Sweep sweep;
  Reconstruction reconstruction;
  Orbit orbit;
};

void AddPoints(Drawn& scene) {
  std::mt19937 random(3);
  const int width = scene.drawn.camera().width, height = scene.drawn.camera().height;
  for (int i = 0; i < 2500; ++i) {
    const int frame = static_cast<int>(random() % kFrames);
    const int x = static_cast<int>(random() % static_cast<unsigned>(width)),
              y = static_cast<int>(random() % static_cast<unsigned>(height));
    const std::optional<Eigen::Vector3d> at = scene.drawn.SurfacePoint(frame, x, y);
    if (!at) continue;
    Point point{.position = *at};
    for (int f = frame - 1; f <= frame + 1; ++f) {
      const auto other = static_cast<std::uint32_t>((f + kFrames) % kFrames);
      const auto pixel =
          scene.reconstruction.cameras[0].Project(scene.reconstruction.frames[other].cam_from_world * *at);
      if (!pixel || pixel->x() < 0 || pixel->y() < 0 || pixel->x() >= width || pixel->y() >= height) continue;
      const auto seen = scene.drawn.SurfacePoint(static_cast<int>(other), static_cast<int>(pixel->x()),
                                                 static_cast<int>(pixel->y()));
      if (seen && (*seen - *at).norm() < 0.03)
        point.track.push_back({.frame = FrameId{other}, .pixel = *pixel});
    }
    if (point.track.size() >= 2) scene.reconstruction.points.push_back(std::move(point));
  }
}

Drawn Draw(const SweepScene& how) {
  Drawn scene{.drawn = SyntheticSweep(how), .sweep = {}, .reconstruction = {}, .orbit = {}};
  scene.reconstruction.cameras = {scene.drawn.camera()};
  for (int i = 0; i < kFrames; ++i) {
    const Image picture = scene.drawn.Render(i);
    SweepFrame frame{
        .name = std::to_string(i) + ".jpg", .source_index = i, .image = EncodePng(picture), .sharpness = 1};
    scene.sweep.frames.push_back(std::move(frame));
    scene.reconstruction.frames.push_back({.name = scene.sweep.frames.back().name,
                                           .width = picture.width,
                                           .height = picture.height,
                                           .posed = true,
                                           .cam_from_world = scene.drawn.Truth(i).cam_from_object});
  }
  scene.reconstruction.stats.posed_frames = kFrames;
  AddPoints(scene);
  scene.orbit = *EstimateOrbit(scene.reconstruction, scene.sweep, OrbitOptions{});
  return scene;
}

SweepScene Small(const std::string& object, bool studio) {
  SweepScene how{.object = object, .studio = studio, .clutter = false, .shadows = false};
  how.width = 200;
  how.height = 150;
  how.frames = kFrames;
  how.samples = 2;
  return how;
}

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
  for (int i = 0; i < kFrames; ++i)
    out.push_back(Overlap(subject.mattes[static_cast<std::size_t>(i)], scene.drawn.Depth(i).matte));
  return out;
}

// Drawing takes longer than all else.
const Drawn& Scene(const std::string& object, bool studio) {
  static std::map<std::string, Drawn> scenes;
  const auto found = scenes.find(object);
  return found != scenes.end() ? found->second
                               : scenes.emplace(object, Draw(Small(object, studio))).first->second;
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
  for (int i = 0; i < kFrames; ++i) {
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
  SweepScene how = Small("bottle", false);
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

// A matte found at a quarter of the picture's size, its outline 3 px off: colors tell where it is.
TEST(SharpenMatte, PutsTheOutlineWhereTheColorsChange) {
  Image picture = Image::Make(160, 120, 3, 200), matte = Image::Make(160, 120, 1);
  for (int y = 30; y < 90; ++y)
    for (int x = 40; x < 120; ++x) {
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = static_cast<std::uint8_t>(30 + 20 * c);
      if (x >= 43) *matte.at(x, y) = 255;
    }
  for (int c = 0; c < 3; ++c)
    picture.at(119, 60)[c] = static_cast<std::uint8_t>(115 + 10 * c);  // half of each
  spin::SharpenMatte(picture, 4, matte);
  for (int x = 36; x < 46; ++x) EXPECT_NEAR(*matte.at(x, 60), x < 40 ? 0 : 255, 30) << x;
  EXPECT_NEAR(*matte.at(119, 60), 128, 30);
  EXPECT_NEAR(*matte.at(120, 60), 0, 30);
  // Where both sides look alike it stays where it was, its step made a slope.
  Image even = Image::Make(160, 120, 3, 90), kept = Image::Make(160, 120, 1);
  for (int y = 30; y < 90; ++y)
    for (int x = 43; x < 120; ++x) *kept.at(x, y) = 255;
  spin::SharpenMatte(even, 2, kept);
  EXPECT_EQ(*kept.at(38, 60), 0);
  EXPECT_EQ(*kept.at(48, 60), 255);
  EXPECT_NEAR(*kept.at(43, 60), 128, 60);
  EXPECT_LT(*kept.at(42, 60), *kept.at(44, 60));
}

TEST(Subject, OneSideDoesNotSayHowDeepItIs) {
  SweepScene how = Small("tin", true);
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

// What one frame takes for the item beside it, the others see past; what they all lack stays open.
TEST(Consensus, OutvotesTheSlipOfOneFrame) {
  const Drawn& scene = Scene("tin", true);
  std::vector<subject::LabeledFrame> labeled;
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    const Image matte = scene.drawn.Depth(static_cast<int>(i)).matte;
    labeled.push_back({.frame = i,
                       .sight = {.camera = scene.drawn.camera(),
                                 .cam_from_world = scene.reconstruction.frames[i].cam_from_world},
                       .lab = cv::Mat::zeros(matte.height, matte.width, CV_8UC3)});
    labeled.back().matte =
        cv::Mat(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data())).clone();
  }
  const cv::Mat truth = labeled[4].matte.clone();
  const cv::Rect item = cv::boundingRect(truth);
  const cv::Rect slip(item.x + item.width, item.y + item.height / 2, 10, 20);
  labeled[4].matte(slip).setTo(255);
  const subject::SearchPlace place{.center = scene.drawn.subject(),
                                   .up = scene.orbit.up,
                                   .radius = 1.4 * scene.orbit.subject_radius,
                                   .distance = scene.orbit.radius};
  std::vector<subject::SeenFrame> frames;
  for (const subject::LabeledFrame& frame : labeled)
    frames.push_back({.frame = frame.frame, .sight = frame.sight, .lab = frame.lab});
  const subject::ItemSearch search(frames, scene.reconstruction, place, 2);
  const subject::Consensus together(search, labeled, {}, 2);
  const cv::Mat seen = together.Silhouette(labeled[4].sight) > 127;
  EXPECT_LT(cv::countNonZero(seen(slip)), 0.2 * slip.area());
  EXPECT_GT(cv::countNonZero(seen & truth), 0.97 * cv::countNonZero(truth));
  EXPECT_LT(cv::countNonZero(seen & ~truth), 0.08 * cv::countNonZero(truth));
}

// A matte of four times coarser steps, a bite out of it and a bump on it that the others do not have.
TEST(FineMatte, FollowsThePictureAndTheOthers) {
  cv::Mat lab(160, 200, CV_8UC3, cv::Scalar(190, 128, 128)), truth = cv::Mat::zeros(160, 200, CV_8UC1);
  cv::ellipse(truth, {100, 80}, {63, 47}, 0, 0, 360, 255, -1);
  cv::Mat noise(lab.size(), CV_8SC3);
  cv::RNG random(5);
  random.fill(noise, cv::RNG::NORMAL, 0, 6);
  lab.setTo(cv::Scalar(120, 150, 110), truth);
  cv::add(lab, noise, lab, {}, CV_8U);
  cv::Mat own, together;
  cv::resize(truth, together, {50, 40}, 0, 0, cv::INTER_AREA);
  own = together.clone();
  own(cv::Rect(38, 16, 4, 4)).setTo(255);  // at the right edge
  own(cv::Rect(9, 18, 3, 3)).setTo(0);
  const cv::Mat fine = subject::FineMatte({.own = own, .together = together, .neighbors = own}, lab, 4) > 127;
  const double wrong = cv::countNonZero(fine != truth), all = cv::countNonZero(truth);
  EXPECT_LT(wrong, 0.01 * all);
  cv::Mat plain;
  cv::resize(own, plain, truth.size(), 0, 0, cv::INTER_LINEAR);
  EXPECT_LT(wrong, 0.5 * cv::countNonZero((plain > 127) != truth));
}

TEST(Labels, OfANoisyDiscAreTheDisc) {
  const subject::GridSize size{.width = 60, .height = 50};
  std::mt19937 random(1);
  std::vector<float> cost;
  const auto inside = [](int x, int y) { return std::hypot(x - 30, y - 25) < 15; };
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const float noise = static_cast<float>(random() % 1000) / 1000 - 0.5F;
      cost.push_back((inside(x, y) ? -0.25F : 0.25F) + noise);
    }
  const std::vector<float> labels = subject::SolveLabels(size, cost, {}, {}, 150);
  int wrong = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      wrong += (labels[static_cast<std::size_t>(y * size.width + x)] > 0.5F) != inside(x, y);
  EXPECT_LT(wrong, 45);  // half of the outline's pixels; a quarter of all are wrong by themselves
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
  EXPECT_NEAR(spin::FillBackdrop(provenance, item, image), 0.25, 1e-9);
  for (int y = 8; y < 72; ++y) {
    EXPECT_NEAR(*image.at(25, y), 40 + y, 12) << y;
    EXPECT_TRUE(std::equal(image.at(30, y), image.at(30, y) + 270, before.at(30, y)));
  }
}

TEST(Aspect, IsTwoPositiveNumbers) {
  EXPECT_EQ(AspectOf("4:3"), 4.0 / 3);
  for (const char* bad : {"auto", "", ":", "4:", ":3", "4:0", "-4:3", "4:3x", "a:b"})
    EXPECT_FALSE(AspectOf(bad)) << bad;
}

}  // namespace
}  // namespace rv
