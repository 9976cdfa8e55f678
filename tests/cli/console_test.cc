#include "cli/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/time_left.h"

namespace rv::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TimeLeft, StagesAddUpToTheWhole) {
  EXPECT_EQ(OverallShare("decode", 0).value(), 0);
  EXPECT_NEAR(OverallShare("package", 1).value(), 1, 1e-12);
  EXPECT_NEAR(OverallShare("decode", 1).value(), OverallShare("features", 0).value(), 1e-12);
  EXPECT_EQ(OverallShare("views", 7).value(), OverallShare("views", 1).value());
  EXPECT_FALSE(OverallShare("export", 0.5));
}

TEST(TimeLeft, IsToldOnceItIsMoreThanAGuess) {
  EXPECT_FALSE(SecondsLeft(0.5, 0.5));
  EXPECT_FALSE(SecondsLeft(5, 0.01));
  EXPECT_NEAR(SecondsLeft(10, 0.25).value(), 30, 1e-9);
}

TEST(ProgressBar, ShowsStageShareAndTimeLeftWithinTheLine) {
  const std::string line = FormatBar("mapping", 0.5, 20, 100);
  EXPECT_THAT(line, HasSubstr("mapping"));
  EXPECT_THAT(line, HasSubstr("[###############...............]"));
  EXPECT_THAT(line, HasSubstr("50 %"));
  EXPECT_THAT(line, HasSubstr("about 20 s left"));
  EXPECT_THAT(FormatBar("mapping", 0.5, 200, 100), HasSubstr("3:20 min"));
  EXPECT_THAT(FormatBar("decode", 0.001, 0.1, 100), Not(HasSubstr("left")));
  EXPECT_LT(FormatBar("mapping", 0.5, 20, 30).size(), 30);
  EXPECT_EQ(FormatBar("mapping", 0.5, 20, 0), "");
}

}  // namespace
}  // namespace rv::cli
