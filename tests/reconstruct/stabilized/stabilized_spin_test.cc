#include "reconstruct/stabilized_spin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reconstruct/motion.h"
#include "reconstruct/motion/subject_mask.h"
#include "tests/reconstruct/motion/stabilized_drawings.h"

namespace rv {
namespace {

using stabilized_test::Drawing;
using stabilized_test::DrawSweep;

RotatingView Build(const Sweep& sweep, StabilizedSpinOptions options = {}) {
  if (options.threads == 0) options.threads = 2;
  Result<RotatingView> view = BuildStabilizedSpin(sweep, options, {});
  EXPECT_TRUE(view.has_value()) << view.error().message;
  return view ? std::move(*view) : RotatingView{};
}

std::vector<int> SourcesOf(const RotatingView& view) {
  std::vector<int> sources;
  for (const View& v : view.views) sources.push_back(static_cast<int>(v.sources.front().frame.value));
  return sources;
}

TEST(StabilizedSpin, TurntableGivesTier3WithOneViewAFrame) {
  const RotatingView view = Build(DrawSweep(36, [](int i) { return Drawing{.azimuth_deg = i * 10.0}; }));
  EXPECT_EQ(view.tier, Tier::kStabilized2d);
  EXPECT_FALSE(view.tier_reason.empty());
  EXPECT_EQ(view.views.size(), 36U);
  EXPECT_TRUE(view.coverage.closed);
  EXPECT_FALSE(view.coverage.clockwise_capture);
  EXPECT_THAT(view.coverage.findings, testing::Contains(testing::HasSubstr("nominal")));
  for (std::size_t k = 0; k < view.views.size(); ++k) {
    EXPECT_NEAR(view.views[k].azimuth_deg, 10.0 * k, 1e-6);
    EXPECT_EQ(view.views[k].sources.front().frame.value, k);
  }
  EXPECT_EQ(view.sources.size(), 36U);
}

TEST(StabilizedSpin, ClockwiseCaptureIsStoredCounterClockwise) {
  const RotatingView view = Build(DrawSweep(36, [](int i) { return Drawing{.azimuth_deg = -i * 10.0}; }));
  EXPECT_TRUE(view.coverage.clockwise_capture);
  const std::vector<int> sources = SourcesOf(view);
  ASSERT_EQ(sources.size(), 36U);
  EXPECT_EQ(sources[0], 0);
  EXPECT_EQ(sources[1], 35);
  EXPECT_EQ(sources[35], 1);
}

TEST(StabilizedSpin, ClockwiseArcEndsAtZero) {
  const RotatingView view = Build(DrawSweep(26, [](int i) { return Drawing{.azimuth_deg = -i * 6.0}; }));
  EXPECT_FALSE(view.coverage.closed);
  EXPECT_EQ(SourcesOf(view).back(), 0);
  EXPECT_NEAR(view.views.back().azimuth_deg, 0, 1e-9);
  EXPECT_NEAR(view.views.front().azimuth_deg, -view.coverage.arc_deg, 1e-6);
  ASSERT_EQ(view.coverage.gaps.size(), 1U);
  EXPECT_NEAR(view.coverage.gaps[0].to_deg - view.coverage.gaps[0].from_deg, 360 - view.coverage.arc_deg,
              1e-6);
}

TEST(StabilizedSpin, ClaimsNoMoreThanTheCamerasAreKnownToHaveGone) {
  const Sweep sweep = DrawSweep(26, [](int i) { return Drawing{.azimuth_deg = i * 6.0}; });
  const double claimed = Build(sweep).coverage.arc_deg;
  const RotatingView view = Build(sweep, {.known_arc_deg = 4});
  EXPECT_NEAR(view.coverage.arc_deg, 4, 1e-9);
  EXPECT_NEAR(view.views.back().azimuth_deg - view.views.front().azimuth_deg, 4, 1e-6);
  EXPECT_THAT(view.coverage.findings, testing::Contains(testing::HasSubstr("about 4 of 360 degrees")));
  EXPECT_THAT(view.coverage.findings, testing::Not(testing::Contains(testing::HasSubstr("nominal"))));
  EXPECT_NEAR(Build(sweep, {.known_arc_deg = 400}).coverage.arc_deg, claimed, 1e-9);
}

TEST(StabilizedSpin, WhatComesBackWentRoundWhateverTheCameraDid) {
  const Sweep sweep = DrawSweep(50, [](int i) { return Drawing{.azimuth_deg = i * 10.0}; });
  EXPECT_TRUE(Build(sweep, {.known_arc_deg = 1}).coverage.closed);
}

TEST(StabilizedSpin, SecondTurnGivesNoViews) {
  const RotatingView view = Build(DrawSweep(50, [](int i) { return Drawing{.azimuth_deg = i * 10.0}; }));
  EXPECT_THAT(SourcesOf(view), testing::Each(testing::Lt(36)));
  EXPECT_GT(view.coverage.loops, 1.2);
}

TEST(StabilizedSpin, StandstillGivesNoViews) {
  const RotatingView view =
      Build(DrawSweep(60,
                      [](int i) {
                        return Drawing{.azimuth_deg = 6.0 * (i < 20 ? i : i < 35 ? 20 : i - 15)};
                      }),
            {.views = 24});
  int standing = 0;
  for (int i : SourcesOf(view)) standing += i > 21 && i < 34;
  EXPECT_LE(standing, 2);
}

// RMS distance of the ball's center from its mean over the views, share of the width.
double Drift(const RotatingView& view) {
  std::vector<cv::Point2d> centers;
  cv::Point2d mean(0, 0);
  for (const View& v : view.views) {
    centers.push_back(stabilized_test::RedCenter(Decode(v.image, 3).value()));
    mean += centers.back() * (1.0 / view.views.size());
  }
  double sum = 0;
  for (const cv::Point2d& c : centers) sum += (c - mean).dot(c - mean);
  return std::sqrt(sum / centers.size()) / view.width;
}

TEST(StabilizedSpin, ItemOffTheAxisIsHeldStill) {
  const Sweep sweep = DrawSweep(36, [](int i) {
    return Drawing{
        .azimuth_deg = i * 10.0, .center_x_px = 14 * std::sin(i * 10.0 * M_PI / 180), .radius_px = 36};
  });
  EXPECT_GT(Drift(Build(sweep, {.stabilize = false})), 0.03);
  EXPECT_LT(Drift(Build(sweep)), 0.015);
}

TEST(StabilizedSpin, HandShakeIsTakenOut) {
  const Sweep sweep = DrawSweep(40, [](int i) {
    return Drawing{.azimuth_deg = i * 3.0,
                   .background_px = i * 3.0,
                   .shake_x_px = 6 * stabilized_test::Noise(i * 0.8, 0, 0, 3),
                   .shake_y_px = 6 * stabilized_test::Noise(i * 0.8, 5, 0, 3)};
  });
  const RotatingView held = Build(sweep);
  EXPECT_EQ(held.tier, Tier::kStabilized2d);
  EXPECT_LT(Drift(held), 0.6 * Drift(Build(sweep, {.stabilize = false})));
}

TEST(StabilizedSpin, EveryPixelIsCaptured) {
  const RotatingView view = Build(DrawSweep(36, [](int i) {
    return Drawing{
        .azimuth_deg = i * 10.0, .center_x_px = 14 * std::sin(i * 10.0 * M_PI / 180), .radius_px = 36};
  }));
  EXPECT_LT(view.width, stabilized_test::kWidth);  // the crop pays for the shift
  for (const View& v : view.views) {
    const Image provenance = Decode(v.provenance, 1).value();
    EXPECT_EQ(provenance.width, view.width);
    EXPECT_THAT(provenance.pixels, testing::Each(1));
    EXPECT_EQ(v.image.width, view.width);
    EXPECT_EQ(v.image.height, view.height);
  }
}

TEST(StabilizedSpin, ExposureIsEvened) {
  const RotatingView view = Build(
      DrawSweep(36, [](int i) { return Drawing{.azimuth_deg = i * 10.0, .gain = i % 2 ? 1.12 : 0.9}; }));
  std::vector<double> corner;
  for (const View& v : view.views) corner.push_back(Decode(v.image, 3).value().at(8, 8)[2]);
  const auto [low, high] = std::minmax_element(corner.begin(), corner.end());
  EXPECT_LT(*high / *low, 1.08);
}

TEST(StabilizedSpin, StillAndTwoFramesGiveTier4) {
  EXPECT_EQ(Build(DrawSweep(12, [](int) { return Drawing{}; })).tier, Tier::kRawFrames);
  const RotatingView two =
      Build(DrawSweep(2, [](int i) { return Drawing{.azimuth_deg = i * 20.0, .background_px = i * 9.0}; }));
  EXPECT_EQ(two.views.size(), 2U);
}

TEST(StabilizedSpin, UnrelatedPicturesAreRefused) {
  // Ball and background of each frame have their own pattern and exposure.
  Sweep sweep = DrawSweep(8, [](int i) {
    return Drawing{.background_px = i * 40.0,
                   .center_x_px = i % 3 * 30.0 - 30,
                   .radius_px = 20.0 + 8 * (i % 4),
                   .gain = 0.35 + 0.3 * (i % 4),
                   .pattern = 10U * i + 3};
  });
  const auto view = BuildStabilizedSpin(sweep, {}, {});
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error().code, ErrorCode::kInsufficientData);
  EXPECT_FALSE(view.error().remedy.empty());
  sweep.frames.resize(1);
  EXPECT_EQ(BuildStabilizedSpin(sweep, {}, {}).error().code, ErrorCode::kInsufficientData);
}

TEST(StabilizedSpin, OnlyTheLongerOfTwoPlacesIsShown) {
  const RotatingView view = Build(DrawSweep(30, [](int i) {
    return i < 22 ? Drawing{.azimuth_deg = i * 5.0, .background_px = i * 4.0}
                  : Drawing{.azimuth_deg = i * 5.0,
                            .background_px = i * 4.0,
                            .radius_px = 15,
                            .gain = 0.35,
                            .pattern = 77};
  }));
  EXPECT_THAT(SourcesOf(view), testing::Each(testing::Lt(22)));
  EXPECT_THAT(view.coverage.findings, testing::Contains(testing::HasSubstr("frames 22 and 23")));
  EXPECT_EQ(view.sources.size(), 30U);
}

TEST(StabilizedSpin, BlurredAndExcludedFramesAreNotShown) {
  Sweep sweep = DrawSweep(40, [](int i) { return Drawing{.azimuth_deg = i * 5.0}; });
  sweep.frames[7].sharpness = 5;
  sweep.frames[11].for_spin = false;
  EXPECT_THAT(SourcesOf(Build(sweep)), testing::Not(testing::Contains(testing::AnyOf(7, 11))));
}

TEST(StabilizedSpin, SameBytesAtAnyThreadCount) {
  const Sweep sweep =
      DrawSweep(26, [](int i) { return Drawing{.azimuth_deg = i * 7.0, .background_px = i * 5.0}; });
  const RotatingView one = Build(sweep, {.threads = 1});
  for (int threads : {2, 4}) {
    const RotatingView other = Build(sweep, {.threads = threads});
    ASSERT_EQ(one.views.size(), other.views.size());
    for (std::size_t k = 0; k < one.views.size(); ++k) {
      EXPECT_EQ(one.views[k].image, other.views[k].image);
      EXPECT_EQ(one.views[k].azimuth_deg, other.views[k].azimuth_deg);
    }
  }
}

TEST(StabilizedSpin, OptionsAreChecked) {
  EXPECT_TRUE(StabilizedSpinOptions{}.Validate());
  for (const StabilizedSpinOptions& bad :
       {StabilizedSpinOptions{.spacing_deg = 0}, StabilizedSpinOptions{.views = 1},
        StabilizedSpinOptions{.size_px = 10}, StabilizedSpinOptions{.threads = -1},
        StabilizedSpinOptions{.jpeg_quality = 0}})
    EXPECT_EQ(bad.Validate().error().code, ErrorCode::kInvalidArgument);
}

double Overlap(const Image& matte, double cx, double cy, double radius) {
  double both = 0, either = 0;
  for (int y = 0; y < matte.height; ++y)
    for (int x = 0; x < matte.width; ++x) {
      const bool inside = std::hypot(x + 0.5 - cx, y + 0.5 - cy)<radius, masked = *matte.at(x, y)> 127;
      both += inside && masked;
      either += inside || masked;
    }
  return both / either;
}

TEST(SubjectMask, CoversTheBallBeforeAStillBackground) {
  for (const bool plain : {false, true}) {
    const Sweep sweep =
        DrawSweep(24, [&](int i) { return Drawing{.azimuth_deg = i * 15.0, .plain_background = plain}; });
    const auto motion = AnalyzeMotion(sweep, {.threads = 2}, {});
    const auto mattes = SubjectMasks(sweep, motion.value(), {.threads = 2, .grow = 0}, {});
    ASSERT_EQ(mattes->size(), 24U);
    EXPECT_GT(Overlap(Decode((*mattes)[5], 1).value(), stabilized_test::kWidth / 2.0,
                      stabilized_test::kHeight / 2.0, 50),
              0.85)
        << plain;
  }
}

TEST(SubjectMask, GivenMattesWin) {
  Sweep sweep = DrawSweep(6, [](int i) { return Drawing{.azimuth_deg = i * 10.0}; });
  for (SweepFrame& frame : sweep.frames)
    frame.matte = EncodePng(Image::Make(stabilized_test::kWidth, stabilized_test::kHeight, 1, 99));
  const auto motion = AnalyzeMotion(sweep, {.threads = 2}, {});
  EXPECT_EQ((*SubjectMasks(sweep, motion.value(), {}, {}))[3], sweep.frames[3].matte);
}

}  // namespace
}  // namespace rv
