#include "convert/stage_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace rv::convert {
namespace {

void Wait() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

TEST(StageClock, AttributesTimeToTheStageEnteredLast) {
  StageClock clock;
  Wait();
  clock.Enter("features");
  Wait();
  clock.Enter("a name of no stage");
  Wait();
  clock.Enter("subject");
  Wait();
  clock.Enter("package");
  const StageSeconds seconds = clock.Seconds();
  EXPECT_GE(seconds.decode, 0.03);
  EXPECT_GE(seconds.features, 0.06);
  EXPECT_GE(seconds.subject, 0.03);
  EXPECT_LT(seconds.package, 0.03);
  EXPECT_EQ(seconds.mapping, 0);
  EXPECT_NEAR(seconds.total, seconds.decode + seconds.features + seconds.subject + seconds.package, 1e-3);
}

TEST(StageClock, EntersTheStagesThatAreReportedAndPassesTheAnswerOn) {
  StageClock clock;
  bool answer = true;
  std::string heard;
  const Progress progress = [&](std::string_view stage, double) {
    heard = stage;
    return answer;
  };
  const Progress watched = clock.Watch(progress);
  EXPECT_TRUE(watched("views", 0));
  Wait();
  answer = false;
  EXPECT_FALSE(watched("views", 0.5));
  EXPECT_EQ(heard, "views");
  EXPECT_GE(clock.Seconds().views, 0.03);
}

}  // namespace
}  // namespace rv::convert
