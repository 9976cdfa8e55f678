#include "capture/transitions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace rv::capture {
namespace {

// A scene of soft blobs that moves by `shift` cells; another for each seed.
Thumb Scene(int seed, double shift) {
  Thumb out{};
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x)
      out[y * 16 + x] = static_cast<std::uint8_t>(128 + 55 * std::sin(0.9 * (x - shift) + 2.1 * seed) +
                                                  45 * std::cos(0.7 * y * (1 + seed % 3) - 1.3 * seed));
  return out;
}

Thumb Mix(const Thumb& a, const Thumb& b, double share) {
  Thumb out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(std::lround((1 - share) * a[i] + share * b[i]));
  return out;
}

std::vector<FrameMeasure> Frames(const std::vector<Thumb>& thumbs, double rate = 25) {
  std::vector<FrameMeasure> out;
  for (std::size_t i = 0; i < thumbs.size(); ++i)
    out.push_back(
        {.number = static_cast<int>(i), .time_s = static_cast<double>(i) / rate, .thumb = thumbs[i]});
  return out;
}

TEST(FindTransitions, FindsAHardCutAtItsFrame) {
  std::vector<Thumb> thumbs;
  for (int i = 0; i < 40; ++i) thumbs.push_back(i < 17 ? Scene(1, 0.05 * i) : Scene(5, 0.05 * i));
  const auto found = FindTransitions(Frames(thumbs));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 17);
  EXPECT_EQ(found[0].end, 17);
}

TEST(FindTransitions, FindsTheFadesOfASlideShow) {
  std::vector<Thumb> thumbs;
  for (int slide = 0; slide < 4; ++slide) {
    for (int i = 0; i < 20; ++i) thumbs.push_back(Scene(slide, 0));
    for (int i = 1; i < 10 && slide < 3; ++i)
      thumbs.push_back(Mix(Scene(slide, 0), Scene(slide + 1, 0), i / 10.0));
  }
  const auto found = FindTransitions(Frames(thumbs));
  ASSERT_EQ(found.size(), 3U);
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(found[k].begin, 20 + 29 * k, 1);
    EXPECT_NEAR(found[k].end, 29 + 29 * k, 1);
  }
}

TEST(FindTransitions, FindsAFadeBetweenMovingScenes) {
  std::vector<Thumb> thumbs;
  for (int i = 0; i < 100; ++i) {
    const Thumb a = Scene(1, 0.01 * i), b = Scene(5, 0.01 * i);
    thumbs.push_back(Mix(a, b, std::clamp((i - 45) / 15.0, 0.0, 1.0)));
  }
  const auto found = FindTransitions(Frames(thumbs));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].begin, 46, 2);
  EXPECT_NEAR(found[0].end, 60, 2);
}

TEST(FindTransitions, MovingPicturesHaveNone) {
  for (const double speed : {0.02, 0.1, 0.4, 1.0, 2.5}) {
    std::vector<Thumb> thumbs;
    for (int i = 0; i < 120; ++i) thumbs.push_back(Scene(2, speed * i));
    EXPECT_TRUE(FindTransitions(Frames(thumbs)).empty()) << speed;
  }
}

TEST(FindTransitions, FlashesJoltsAndShapesAreNoCuts) {
  std::vector<Thumb> thumbs;
  for (int i = 0; i < 60; ++i) thumbs.push_back(Scene(1, 0.05 * i));
  for (std::uint8_t& value : thumbs[30]) value = static_cast<std::uint8_t>(std::min(255, value + 100));
  thumbs[45] = Scene(5, 0);  // one torn frame
  EXPECT_TRUE(FindTransitions(Frames(thumbs)).empty());
  std::vector<FrameMeasure> reshaped = Frames(thumbs);
  for (int i = 40; i < 60; ++i) reshaped[i].thumb = Scene(7, 0.05 * i);
  reshaped[40].reshaped = true;
  EXPECT_TRUE(FindTransitions(reshaped).empty());
}

TEST(FindTransitions, SlowMotionFindsTheSameCut) {
  std::vector<Thumb> thumbs;
  for (int i = 0; i < 400; ++i) thumbs.push_back(i < 173 ? Scene(1, 0.005 * i) : Scene(5, 0.005 * i));
  const auto found = FindTransitions(Frames(thumbs, 240));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 173);
  EXPECT_EQ(found[0].end, 173);
}

// The longest clip that is taken, all of it within two seconds: the search must not try every pair of frames.
TEST(FindTransitions, ManyFramesInLittleTimeAreNoWork) {
  std::vector<Thumb> thumbs(24'000);
  for (std::size_t i = 0; i < thumbs.size(); ++i)
    thumbs[i] = Scene(i < thumbs.size() / 2 ? 1 : 5, 0.001 * (i % 7));
  EXPECT_LE(FindTransitions(Frames(thumbs, 12'000)).size(), 1U);
}

TEST(FindTransitions, TakesVeryShortClips) {
  for (int count = 0; count < 6; ++count) {
    std::vector<Thumb> thumbs;
    for (int i = 0; i < count; ++i) thumbs.push_back(Scene(i, 0));
    EXPECT_LE(FindTransitions(Frames(thumbs)).size(), static_cast<std::size_t>(std::max(0, count - 1)));
  }
}

}  // namespace
}  // namespace rv::capture
