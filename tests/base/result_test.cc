#include "base/result.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/progress.h"

namespace rv {
namespace {

// The table in design: scripts rely on both columns.
TEST(ErrorCode, NamesAndExitCodesAreFixed) {
  const std::vector<std::tuple<ErrorCode, const char*, int>> table = {
      {ErrorCode::kInternal, "internal", 1},       {ErrorCode::kInvalidArgument, "invalid argument", 2},
      {ErrorCode::kNotFound, "not found", 3},      {ErrorCode::kCorrupt, "corrupt", 4},
      {ErrorCode::kUnsupported, "unsupported", 5}, {ErrorCode::kInsufficientData, "insufficient data", 6},
      {ErrorCode::kDevice, "device", 7},           {ErrorCode::kCancelled, "cancelled", 130},
  };
  for (const auto& [code, name, status] : table) {
    EXPECT_EQ(ErrorCodeName(code), name);
    EXPECT_EQ(ExitCode(code), status);
  }
}

TEST(Result, ForwardKeepsTheWholeError) {
  const Result<int> failed = Fail(ErrorCode::kCorrupt, "frame 3", "film again", {"blurred", "dark"});
  const Result<std::string> passed = Forward(failed);
  ASSERT_FALSE(passed);
  EXPECT_EQ(passed.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(passed.error().message, "frame 3");
  EXPECT_EQ(passed.error().remedy, "film again");
  EXPECT_EQ(passed.error().details, (std::vector<std::string>{"blurred", "dark"}));
}

TEST(Result, HoldsAValueOrNothing) {
  const Result<int> value = 7;
  EXPECT_EQ(value.value(), 7);
  EXPECT_TRUE(Status());
  EXPECT_FALSE(Status(Fail(ErrorCode::kDevice, "no")));
}

TEST(Check, ThrowsWithBothValues) {
  RV_CHECK_EQ(2, 2);
  try {
    RV_CHECK_LT(5, 3);
    FAIL();
  } catch (const CheckFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("(5 vs 3)"), std::string::npos) << failure.what();
    EXPECT_NE(std::string(failure.what()).find("result_test.cc"), std::string::npos) << failure.what();
  }
}

TEST(Progress, AnEmptyCallbackGoesOnAndFalseStops) {
  EXPECT_TRUE(Report({}, "decode", 0.5));
  EXPECT_FALSE(
      Report([](std::string_view stage, double fraction) { return stage != "views" || fraction < 0.5; },
             "views", 0.5));
  EXPECT_EQ(Cancelled().value().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace rv
