#include "capture/video/clip_clock.h"

#include <gtest/gtest.h>

namespace rv::video {
namespace {

constexpr double kTick = 1.0 / 90000;

TEST(ClipClock, LeavesASoundClipAlone) {
  ClipClock clock(kTick);
  // B-frames: decoding times rise, presentation times go to and fro; one pause of three seconds.
  const std::int64_t dts[] = {0, 3000, 6000, 9000, 279000, 282000};
  const std::int64_t pts[] = {6000, 15000, 9000, 12000, 285000, 282000};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(clock.Shift(dts[i], pts[i], 3000), 0) << i;
}

TEST(ClipClock, RunsOnWhereASecondStreamStartsAgain) {
  ClipClock clock(kTick);
  for (std::int64_t t = 0; t < 10 * 3000; t += 3000) EXPECT_EQ(clock.Shift(t, t, 3000), 0);
  // 27000 was the last; the next belongs at 30000.
  EXPECT_EQ(clock.Shift(0, 0, 3000), 30000);
  EXPECT_EQ(clock.Shift(3000, 3000, 3000), 30000);
  // And a third, whose clock is hours ahead.
  EXPECT_EQ(clock.Shift(900'000'000, 900'000'000, 3000) + 900'000'000, 36000);
}

TEST(ClipClock, KnowsTheStepWithoutDurations) {
  ClipClock clock(kTick);
  for (const std::int64_t t : {100'000, 103'600, 107'200}) EXPECT_EQ(clock.Shift(t, t, 0), 0);
  EXPECT_EQ(clock.Shift(50'000, 50'000, 0) + 50'000, 107'200 + 3600);
}

TEST(ClipClock, HostileTimesDoNotOverflow) {
  ClipClock clock(kTick);
  constexpr std::int64_t kHuge = std::int64_t{1} << 60;
  std::int64_t shift = 0;
  for (int i = 0; i < 100; ++i) shift = clock.Shift(i % 2 == 0 ? kHuge : -kHuge, kNoTime, kHuge);
  EXPECT_LE(shift, kHuge);
  EXPECT_GE(shift, -kHuge);
  EXPECT_FALSE(ClipClock::IsTime(kHuge + 1));
  EXPECT_FALSE(ClipClock::IsTime(kNoTime));
  EXPECT_TRUE(ClipClock::IsTime(-kHuge));
}

TEST(ClipClock, FramesFarApartWithoutDurationsKeepTheirTimes) {
  ClipClock clock(0.001);
  for (const std::int64_t t : {0, 12'000, 24'000, 36'000}) EXPECT_EQ(clock.Shift(t, t, 0), 0) << t;
}

TEST(ClipClock, ReorderedPresentationTimesAreNoRestart) {
  ClipClock clock(kTick);
  for (const std::int64_t t : {0, 30000, 9000, 12000, 60000}) EXPECT_EQ(clock.Shift(kNoTime, t, 0), 0) << t;
  EXPECT_EQ(clock.Shift(kNoTime, kNoTime, 0), 0);
}

}  // namespace
}  // namespace rv::video
