#include "reconstruct/motion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "reconstruct/motion/kind.h"
#include "reconstruct/motion/match.h"
#include "tests/reconstruct/motion/stabilized_drawings.h"

namespace rv {
namespace {

using stabilized_test::Drawing;
using stabilized_test::DrawSweep;

SweepMotion Analyze(const Sweep& sweep) {
  const Result<SweepMotion> motion = AnalyzeMotion(sweep, {.threads = 2}, {});
  EXPECT_TRUE(motion.has_value()) << motion.error().message;
  return motion.value_or(SweepMotion{});
}

Sweep Turntable(int frames, double step_deg) {
  return DrawSweep(frames, [&](int i) { return Drawing{.azimuth_deg = i * step_deg}; });
}

// Dense flow needs room for its patches.
TEST(Motion, PicturesOfFewRowsAreMeasured) {
  Sweep sweep = Turntable(8, 20);
  for (SweepFrame& frame : sweep.frames) frame.image = EncodePng(Resize(*Decode(frame.image, 3), 110, 29));
  EXPECT_EQ(Analyze(sweep).step.size(), 7U);
}

TEST(Motion, TurntableBeforeStillBackgroundIsOneClosedTurn) {
  const SweepMotion motion = Analyze(Turntable(36, 10));
  EXPECT_EQ(motion.kind, CaptureMotion::kTurntable);
  EXPECT_TRUE(motion.static_background);
  EXPECT_EQ(motion.direction, 1);
  ASSERT_TRUE(motion.loop);
  EXPECT_NEAR(motion.loop->frame, 36, 0.5);
  EXPECT_NEAR(motion.turn_rad, 2 * std::numbers::pi, 1e-6);
  EXPECT_EQ(motion.reversals, 0);
}

TEST(Motion, DirectionFollowsTheFrontOfTheItem) {
  EXPECT_EQ(Analyze(Turntable(24, 8)).direction, 1);  // camera counter-clockwise: front goes left
  EXPECT_EQ(Analyze(Turntable(24, -8)).direction, -1);
}

TEST(Motion, SecondTurnIsRecognized) {
  const SweepMotion motion = Analyze(Turntable(50, 10));
  ASSERT_TRUE(motion.loop);
  EXPECT_NEAR(motion.loop->frame, 36, 0.4);
  EXPECT_GT(motion.loop->certainty, 0.5);
}

TEST(Motion, OpenArcDoesNotClose) {
  const SweepMotion motion = Analyze(Turntable(30, 8));
  EXPECT_FALSE(motion.loop);
  EXPECT_NEAR(motion.turn_rad * 180 / std::numbers::pi, 232, 232 * 0.5);
}

TEST(Motion, WalkRoundHasMovingBackground) {
  const SweepMotion motion =
      Analyze(DrawSweep(30, [](int i) { return Drawing{.azimuth_deg = i * 5.0, .background_px = i * 8.0}; }));
  EXPECT_EQ(motion.kind, CaptureMotion::kWalkRound);
  EXPECT_FALSE(motion.static_background);
  EXPECT_EQ(motion.direction, 1);
}

TEST(Motion, OutAndBackGivesOnePass) {
  const SweepMotion motion =
      Analyze(DrawSweep(60, [](int i) { return Drawing{.azimuth_deg = 5.0 * (i < 34 ? i : 68 - i)}; }));
  EXPECT_EQ(motion.kind, CaptureMotion::kTurntable);
  EXPECT_EQ(motion.reversals, 1);
  EXPECT_NEAR(motion.pass.first, 0, 1);
  EXPECT_NEAR(motion.pass.last, 34, 3);
  EXPECT_FALSE(motion.loop);
}

TEST(Motion, StopsTakeNoTurn) {
  // Turns for 15 frames, stands for 12, turns on.
  const SweepMotion motion = Analyze(DrawSweep(42, [](int i) {
    return Drawing{.azimuth_deg = 6.0 * (i < 15 ? i : i < 27 ? 15 : i - 12)};
  }));
  double moving = 0, standing = 0;
  for (int i = 2; i < 12; ++i) moving += motion.step[i];
  for (int i = 17; i < 25; ++i) standing += motion.step[i];
  EXPECT_LT(standing / 8, 0.1 * moving / 10);
}

TEST(Motion, StillPicturesAreStill) {
  EXPECT_EQ(Analyze(DrawSweep(12, [](int) { return Drawing{}; })).kind, CaptureMotion::kStill);
}

TEST(Motion, SmallTurningItemIsNeverStill) {
  for (const double radius : {6.0, 15.0}) {
    const SweepMotion motion =
        Analyze(DrawSweep(30, [&](int i) { return Drawing{.azimuth_deg = i * 12.0, .radius_px = radius}; }));
    EXPECT_EQ(motion.kind, CaptureMotion::kTurntable) << radius;
  }
}

TEST(Motion, TurntableBeforePlainBackgroundIsATurntable) {
  const SweepMotion motion = Analyze(
      DrawSweep(36, [](int i) { return Drawing{.azimuth_deg = i * 10.0, .plain_background = true}; }));
  EXPECT_EQ(motion.kind, CaptureMotion::kTurntable);
  EXPECT_EQ(motion.direction, 1);
}

// One large flat picture seen by a camera that turns on the spot.
cv::Mat Panned(double yaw_deg) {
  constexpr double kFocal = 220;
  const double yaw = yaw_deg * std::numbers::pi / 180;
  cv::Mat picture(stabilized_test::kHeight, stabilized_test::kWidth, CV_8UC3);
  for (int row = 0; row < picture.rows; ++row)
    for (int col = 0; col < picture.cols; ++col) {
      const double x = (col - picture.cols / 2.0) / kFocal, y = (row - picture.rows / 2.0) / kFocal;
      const double az = std::atan2(x * std::cos(yaw) + std::sin(yaw), std::cos(yaw) - x * std::sin(yaw));
      const double el = y / std::sqrt(1 + x * x);
      const double n = 0.5 * stabilized_test::Noise(az * 14, el * 14, 0, 5) +
                       0.5 * stabilized_test::Noise(az * 40, el * 40, 0, 6);
      picture.at<cv::Vec3b>(row, col) =
          cv::Vec3b(cv::saturate_cast<uchar>(40 + 200 * n), cv::saturate_cast<uchar>(30 + 190 * n),
                    cv::saturate_cast<uchar>(200 * n));
    }
  return picture;
}

TEST(Motion, TurningOnTheSpotIsNoWalkRound) {
  std::vector<cv::Mat> pictures;
  for (int i = 0; i < 12; ++i) pictures.push_back(Panned(i * 5.0));
  const SweepMotion motion = Analyze(stabilized_test::SweepOf(pictures));
  EXPECT_EQ(motion.kind, CaptureMotion::kRotationInPlace);
  EXPECT_THAT(motion.findings, testing::Contains(testing::HasSubstr("walk round the item")));
}

TEST(Motion, RotationMisfitIsZeroForARotationOnly) {
  const double f = 300, c = std::cos(0.2), s = std::sin(0.2);
  const cv::Matx33d k(f, 0, 160, 0, f, 120, 0, 0, 1), r(c, 0, s, 0, 1, 0, -s, 0, c);
  EXPECT_LT(motion::RotationMisfit(k * r * k.inv(), {320, 240}), 0.03);
  const cv::Matx33d sideways(1, 0, 60, 0, 1, 0, 0, 0, 1);
  EXPECT_GT(motion::RotationMisfit(sideways, {320, 240}), 0.1);
}

TEST(Motion, SteadyStepsKeepOnlyLargeChangesOfSpeed) {
  std::vector<double> raw(30, 1.0);
  for (int i = 0; i < 10; ++i) raw[i] = 1.4;
  for (int i = 20; i < 30; ++i) raw[i] = 0.01;
  const std::vector<double> step = motion::SteadySteps(raw, std::vector<double>(30, 1.0), 1.8);
  EXPECT_DOUBLE_EQ(step[4], step[15]);
  EXPECT_LT(step[25], 0.1 * step[15]);
}

TEST(Motion, LongestRunBetweenBreaks) {
  EXPECT_EQ(motion::LongestRun(10, {}), (FrameRange{0, 9}));
  EXPECT_EQ(motion::LongestRun(10, {2, 8}), (FrameRange{3, 8}));
}

TEST(Motion, OneFrameIsNoSweep) {
  const auto motion = AnalyzeMotion(Turntable(1, 0), {}, {});
  ASSERT_FALSE(motion.has_value());
  EXPECT_EQ(motion.error().code, ErrorCode::kInsufficientData);
  EXPECT_FALSE(motion.error().remedy.empty());
}

TEST(Motion, OptionsAndCancellation) {
  EXPECT_EQ(AnalyzeMotion(Turntable(3, 5), {.side_px = 20}, {}).error().code, ErrorCode::kInvalidArgument);
  const Progress stop = [](std::string_view, double) { return false; };
  EXPECT_EQ(AnalyzeMotion(Turntable(3, 5), {}, stop).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace rv
