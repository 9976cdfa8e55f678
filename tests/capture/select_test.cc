#include "capture/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace rv::capture {
namespace {

std::vector<FrameMeasure> Even(int count, double motion) {
  std::vector<FrameMeasure> out;
  for (int i = 0; i < count; ++i)
    out.push_back({.number = i, .time_s = i / 30.0, .sharpness = 100, .motion = motion * i / (count - 1)});
  return out;
}

std::vector<int> Chosen(const Selection& s) {
  std::vector<int> out;
  for (std::size_t i = 0; i < s.choices.size(); ++i)
    if (s.choices[i].selected) out.push_back(static_cast<int>(i));
  return out;
}

TEST(SelectFrames, SpreadsEvenlyInMotionNotTime) {
  // The first half stands nearly still: a tenth of the motion.
  std::vector<FrameMeasure> frames = Even(400, 1);
  for (int i = 0; i < 400; ++i) frames[i].motion = i < 200 ? 0.1 * i / 200 : 0.1 + 0.9 * (i - 200) / 199;
  const Selection s = SelectFrames(frames, {.max_frames = 50});
  const std::vector<int> chosen = Chosen(s);
  EXPECT_EQ(s.selected, 50);
  int early = 0;
  for (const int i : chosen) early += i < 200;
  EXPECT_NEAR(early, 5, 1);
  for (std::size_t k = 1; k < chosen.size(); ++k)
    EXPECT_NEAR(frames[chosen[k]].motion - frames[chosen[k - 1]].motion, 1.0 / 49, 0.02);
}

TEST(SelectFrames, DropsStandstill) {
  std::vector<FrameMeasure> frames = Even(300, 0.9);
  for (int i = 100; i < 200; ++i) frames[i].motion = frames[100].motion;
  for (int i = 200; i < 300; ++i) frames[i].motion = frames[100].motion + 0.3 * (i - 199) / 100;
  const Selection s = SelectFrames(frames, {});
  int inside = 0;
  for (const int i : Chosen(s)) inside += i >= 100 && i < 200;
  EXPECT_LE(inside, 1);
  EXPECT_THAT(s.choices[150].note, ::testing::HasSubstr("standstill"));
}

TEST(SelectFrames, PrefersTheSharpestNear) {
  std::vector<FrameMeasure> frames = Even(500, 0.6);
  for (FrameMeasure& f : frames) f.sharpness = f.number % 5 == 2 ? 100 : 40;
  const Selection s = SelectFrames(frames, {.max_frames = 60});
  int sharp = 0;
  for (const int i : Chosen(s)) sharp += frames[i].number % 5 == 2;
  EXPECT_GE(sharp, s.selected * 9 / 10);
}

TEST(SelectFrames, MarksBlurredThatCannotBeAvoided) {
  std::vector<FrameMeasure> frames = Even(200, 0.6);
  for (int i = 96; i < 104; ++i) frames[i].sharpness = 5;
  const Selection s = SelectFrames(frames, {});
  int blurred = 0;
  for (const int i : Chosen(s)) {
    EXPECT_EQ(s.choices[i].blurred, i >= 96 && i < 104) << i;
    blurred += s.choices[i].blurred;
  }
  EXPECT_GT(blurred, 0);
}

TEST(SelectFrames, CapsAndFloors) {
  EXPECT_EQ(SelectFrames(Even(900, 5), {.max_frames = 120}).selected, 120);
  EXPECT_EQ(SelectFrames(Even(900, 0.1), {}).selected, 34);   // a short arc: at half the wanted step
  EXPECT_EQ(SelectFrames(Even(900, 0.25), {}).selected, 60);  // a small item
  EXPECT_LE(SelectFrames(Even(900, 0.01), {}).selected, 4);   // hardly any: no near-duplicates
  EXPECT_EQ(SelectFrames(Even(10, 5), {}).selected, 10);
}

TEST(SelectFrames, WithoutMotionSpreadsInTime) {
  const Selection s = SelectFrames(Even(300, 0), {});
  EXPECT_TRUE(s.by_time);
  EXPECT_EQ(s.selected, 24);
  EXPECT_EQ(SelectFrames(Even(1 + 1, 0), {}).selected, 2);
  const std::vector<FrameMeasure> one = {{.sharpness = 1}};
  EXPECT_EQ(SelectFrames(one, {}).selected, 1);
  EXPECT_EQ(SelectFrames({}, {}).selected, 0);
}

// In the middle third of the clip the picture changes, but no motion is seen.
TEST(SelectFrames, FillsGapsWhereThePictureChangesButNoMotionWasSeen) {
  std::vector<FrameMeasure> frames = Even(600, 1);
  for (int i = 0; i < 600; ++i) {
    const double seen = i < 200 ? i : i < 400 ? 200 : i - 200;
    frames[i].motion = seen / 400;
    frames[i].thumb.fill(static_cast<std::uint8_t>(i < 200 ? i / 3 : i < 400 ? 66 + (i - 200) / 2 : 166));
  }
  const Selection s = SelectFrames(frames, {});
  int missed = 0;
  int all = 0;
  int widest = 0;
  int last = 0;
  for (const int i : Chosen(s)) {
    missed += i >= 200 && i < 400;
    widest = std::max(widest, i - last);
    last = i;
    ++all;
  }
  EXPECT_GE(missed, 20);
  EXPECT_LE(widest, 20);
  EXPECT_LE(all, 120);
  for (FrameMeasure& f : frames) f.thumb.fill(50);
  missed = 0;
  for (const int i : Chosen(SelectFrames(frames, {}))) missed += i >= 202 && i < 398;
  EXPECT_LE(missed, 1);
}

TEST(JudgePhotos, HidesDuplicatesAndBlurred) {
  std::vector<PhotoMeasure> photos(12, {.sharpness = 100, .difference = 20});
  photos[0].difference = 255;
  photos[4].difference = 1;
  photos[8].sharpness = 10;
  const std::vector<PhotoChoice> choices = JudgePhotos(photos);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(choices[i].for_spin, i != 4 && i != 8) << i;
}

}  // namespace
}  // namespace rv::capture
