#include <gtest/gtest.h>

#include "base/temp_folder.h"
#include "bench/honesty/degenerate.h"
#include "bench/honesty/judge.h"

namespace rv::honesty {
namespace {

Ending EndOf(const Trial& trial, Verdict verdict) {
  Conclude(trial, verdict);
  return verdict.ending;
}

TEST(Honesty, NoRingMayClaimLittleMoreThanItsAngle) {
  const Trial slide{.arc_deg = 15, .want = Want::kNoRing};
  EXPECT_EQ(EndOf(slide, {.tier = 1, .arc_deg = 19}), Ending::kSolved);
  EXPECT_EQ(EndOf(slide, {.tier = 1, .arc_deg = 21}), Ending::kWrong);
  EXPECT_EQ(EndOf(slide, {.tier = 3, .arc_deg = 299}), Ending::kWrong);
  EXPECT_EQ(EndOf(slide, {.tier = 2, .arc_deg = 10}), Ending::kWrong);
}

TEST(Honesty, UpIsHeldToFiveDegrees) {
  const Trial roll{.arc_deg = 90, .want = Want::kUpright};
  Verdict verdict{
      .tier = 1, .arc_deg = 90, .frames = 20, .posed = 20, .up_error_deg = 4, .azimuth_error_deg = 1};
  EXPECT_EQ(EndOf(roll, verdict), Ending::kSolved);
  verdict.up_error_deg = 6;
  EXPECT_EQ(EndOf(roll, verdict), Ending::kWrong);
}

TEST(Honesty, TheTopIsNotTheSides) {
  const Trial top{.arc_deg = 200, .want = Want::kSides};
  Verdict verdict{
      .tier = 1, .arc_deg = 210, .frames = 60, .posed = 60, .up_error_deg = 1, .azimuth_error_deg = 1};
  verdict.elevation_deg = 20;
  EXPECT_EQ(EndOf(top, verdict), Ending::kSolved);
  verdict.elevation_deg = 78;
  EXPECT_EQ(EndOf(top, verdict), Ending::kWrong);
  verdict.elevation_deg = 20;
  verdict.arc_deg = 60;
  EXPECT_EQ(EndOf(top, verdict), Ending::kWrong);
}

TEST(Honesty, AFoldIsWrongWithPosesAndHonestWithout) {
  const Trial fold{.arc_deg = 360, .want = Want::kUnfolded};
  Verdict verdict{
      .tier = 1, .arc_deg = 180, .frames = 40, .posed = 40, .up_error_deg = 0, .azimuth_error_deg = 170};
  EXPECT_EQ(EndOf(fold, verdict), Ending::kWrong);
  verdict.azimuth_error_deg = 2;
  EXPECT_EQ(EndOf(fold, verdict), Ending::kHonest);  // half of it is missing
  verdict.arc_deg = 360;
  EXPECT_EQ(EndOf(fold, verdict), Ending::kSolved);
  verdict.posed = 20;
  EXPECT_EQ(EndOf(fold, verdict), Ending::kHonest);
  EXPECT_EQ(EndOf(fold, {.tier = 3, .arc_deg = 360}), Ending::kHonest);
}

TEST(Honesty, TrialsComeFromTheirSeedAlone) {
  for (const Family& family : Families()) {
    const Trial one = MakeTrial(family.name, 3, 9), again = MakeTrial(family.name, 3, 9);
    EXPECT_EQ(one.options, again.options);
    if (family.name != "nothing") {
      EXPECT_NE(one.options, MakeTrial(family.name, 4, 9).options);
      EXPECT_NE(one.options, MakeTrial(family.name, 3, 10).options);
    }
  }
}

TEST(Honesty, EveryDegenerateKindIsWritten) {
  const Result<TempFolder> folder = TempFolder::Make();
  ASSERT_TRUE(folder);
  for (std::size_t kind = 0; kind < DegenerateKinds().size(); ++kind) {
    const std::filesystem::path here = folder->path() / std::to_string(kind);
    ASSERT_TRUE(MakeDegenerate(static_cast<int>(kind), 1, here)) << DegenerateKinds()[kind];
    EXPECT_GE(std::distance(std::filesystem::directory_iterator(here), {}), 2);
  }
}

}  // namespace
}  // namespace rv::honesty
