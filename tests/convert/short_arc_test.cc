#include "convert/short_arc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/statistics.h"

namespace rv::convert {
namespace {

using ::testing::HasSubstr;

Orbit OrbitOf(double arc_deg, double near, double far) {
  Orbit orbit;
  for (int i = 0; i < 10; ++i)
    orbit.frames.push_back(
        {.unwrapped_azimuth = ToRadians(arc_deg * i / 9), .radius = far + (near - far) * i / 9});
  return orbit;
}

TEST(DescribeShortArc, NamesWhatTheCameraDoesInstead) {
  EXPECT_THAT(DescribeShortArc(OrbitOf(2, 0.7, 1.6)), HasSubstr("comes nearer"));
  EXPECT_THAT(DescribeShortArc(OrbitOf(1, 1, 1.02)), HasSubstr("stands still"));
  EXPECT_THAT(DescribeShortArc(OrbitOf(12, 1, 1.05)),
              HasSubstr("passes the item instead of going round it (12 degrees)"));
}

TEST(WayDegrees, IsThatOfAllCamerasNotOfTheRing) {
  Orbit orbit = OrbitOf(200, 1, 1);
  orbit.arc = ToRadians(10);
  EXPECT_NEAR(WayDegrees(orbit), 200, 1e-9);
  EXPECT_NEAR(WayDegrees(OrbitOf(800, 1, 1)), 360, 1e-9);
  EXPECT_TRUE(StandsStill(OrbitOf(2, 1, 1.1)));
  EXPECT_FALSE(StandsStill(OrbitOf(2, 1, 2)));
}

MatchedSweep Matched(int frames, int weak) {
  MatchedSweep out;
  out.gray.resize(frames);
  for (int f = 0; f + 1 < frames; ++f) {
    matching::TwoView pair{.a = f, .b = f + 1};
    pair.matches.resize(f < weak ? 20 : 200);
    out.matches.pairs.push_back(pair);
  }
  return out;
}

TEST(MatchedThroughout, AsksEveryFrameForItsNeighbor) {
  EXPECT_TRUE(MatchedThroughout(Matched(21, 0)));
  EXPECT_TRUE(MatchedThroughout(Matched(21, 2)));
  EXPECT_FALSE(MatchedThroughout(Matched(21, 3)));
}

}  // namespace
}  // namespace rv::convert
