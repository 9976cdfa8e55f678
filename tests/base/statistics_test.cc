#include "base/statistics.h"

#include <gtest/gtest.h>

namespace rv {
namespace {

TEST(Median, TakesTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1, 4}), 4);
  EXPECT_EQ(Median({9, 1, 4, 2}), 3);
}

TEST(UpperMedian, TakesTheUpperOfTheMiddleTwo) {
  EXPECT_EQ(UpperMedian<double>({}), 0);
  EXPECT_EQ(UpperMedian<double>({9, 1, 4}), 4);
  EXPECT_EQ(UpperMedian<double>({9, 1, 4, 2}), 4);
  EXPECT_EQ(UpperMedian<int>({2, 1}), 2);
}

TEST(Quantile, TakesTheNearestRank) {
  EXPECT_EQ(Quantile({}, 0.5), 0);
  EXPECT_EQ(Quantile({5, 3, 1, 2, 4}, 0), 1);
  EXPECT_EQ(Quantile({5, 3, 1, 2, 4}, 0.3), 2);
  EXPECT_EQ(Quantile({5, 3, 1, 2, 4}, 1), 5);
}

TEST(Wrap, BringsAnglesIntoItsRange) {
  EXPECT_NEAR(WrapPositive(-0.5), 2 * kPi - 0.5, 1e-12);
  EXPECT_LT(WrapPositive(-1e-20), 2 * kPi);
  EXPECT_NEAR(WrapSigned(2 * kPi - 0.5), -0.5, 1e-12);
  EXPECT_NEAR(WrapSigned(kPi), -kPi, 1e-12);
  EXPECT_NEAR(ToRadians(ToDegrees(1.25)), 1.25, 1e-12);
}

}  // namespace
}  // namespace rv
