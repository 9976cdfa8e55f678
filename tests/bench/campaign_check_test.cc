// The judge of bench/field_campaign: it is silent when all is well, and says each thing that is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/campaign/campaign.h"
#include "bench/campaign/check.h"

namespace rv::campaign {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kResult =
    R"({"event":"stage","stage":"decode","fraction":1.0}
{"event":"result","tier":1,"tier_reason":"poses","findings":["take more photos"],"warnings":[]}
)";
constexpr const char* kError =
    R"({"event":"error","code":"unsupported","message":"a.wmv is WMV","remedy":"convert it to MP4"}
)";

json Account() {
  return {{{"name", "a.jpg"}, {"state", "posed"}, {"reason", ""}},
          {{"name", "b.jpg"}, {"state", "unposed"}, {"reason", "no match"}},
          {{"name", "bad.jpg"}, {"state", "unread"}, {"reason", "cut off"}},
          {{"name", "note.txt"}, {"state", "left_out"}, {"reason", "neither a photo nor a clip"}}};
}

json Ranges() {
  return {{{"name", "c.mp4"}, {"from", 0}, {"to", 9}, {"state", "posed"}, {"reason", ""}},
          {{"name", "c.mp4"}, {"from", 10}, {"to", 19}, {"state", "left_out"}, {"reason", "blurred"}}};
}

std::string Info(const json& inputs, const json& findings = json::array()) {
  return json{{"event", "result"}, {"manifest", {{"inputs", inputs}}}, {"findings", findings}}.dump();
}

Expected Photos() {
  Expected expected{.photos = true};
  expected.files = {{"a.jpg", kUsed}, {"b.jpg", kUsed}, {"bad.jpg", kUnread}, {"note.txt", kLeftOut}};
  return expected;
}

Expected Clip(int frames) {
  Expected expected{.clip = true};
  expected.frames = frames;
  return expected;
}

Outcome Converted(const json& inputs) {
  const Conversion one{.exit_code = 0, .out = kResult, .files = {"item.rview"}};
  Outcome outcome{.conversions = {one, one}, .info = Info(inputs)};
  outcome.conversions[1].threads = 3;
  return outcome;
}

Outcome Refused() {
  const Conversion one{.exit_code = 5, .out = kError};
  return {.conversions = {one, one}};
}

Expected Refusal() {
  Expected expected{.exit_codes = {5}};
  expected.error_says = "MP4";
  return expected;
}

TEST(CampaignCheck, IsSilentWhenAllIsAsExpected) {
  EXPECT_THAT(FindFaults(Photos(), Converted(Account())), IsEmpty());
  EXPECT_THAT(FindFaults(Clip(20), Converted(Ranges())), IsEmpty());
  EXPECT_THAT(FindFaults(Refusal(), Refused()), IsEmpty());
  Outcome progress = Converted(Account());
  progress.conversions[0].err = "decode: 0.1 s\nfeatures: 12.0 s\n";
  EXPECT_THAT(FindFaults(Photos(), progress), IsEmpty());
}

TEST(CampaignCheck, SaysHowAConversionEndedWrongly) {
  Outcome outcome = Refused();
  outcome.conversions[1].exit_code = 1;
  const std::vector<std::string> faults = FindFaults(Refusal(), outcome);
  EXPECT_THAT(faults, Contains(HasSubstr("internal error")));
  EXPECT_THAT(faults, Contains("exit 5 with 1 threads, 1 with 1"));
  outcome.conversions[1].exit_code = 128 + 11;
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains("ended by signal 11"));
  outcome.conversions[1].timed_out = true;
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains(HasSubstr("timed out")));
  Expected other = Refusal();
  other.exit_codes = {0, 6};
  EXPECT_THAT(FindFaults(other, Refused()), Contains("exit 5, expected 0 or 6"));
  outcome = Converted(Account());
  outcome.conversions[0].peak_mb = 2000;
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains("took 2000 MB"));
}

TEST(CampaignCheck, SaysWhatAProgramThatReadsTheOutputWouldStumbleOver) {
  Outcome outcome = Refused();
  outcome.conversions[0].out = "[h264] error while decoding\n" + std::string(kError);
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains(HasSubstr("no JSON object: [h264]")));
  outcome.conversions[0].out = R"({"event":"error","message":"a.wmv is WMV","remedy":""})";
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains(HasSubstr("without a remedy")));
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains(HasSubstr("does not say \"MP4\"")));
  outcome.conversions[0].out = "";
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains(HasSubstr("the last line is no \"error\"")));
  outcome = Converted(Account());
  outcome.conversions[0].out = kError;
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("the last line is no \"result\"")));
  outcome = Converted(Account());
  outcome.conversions[1].err = "decode: 0.1 s\nWARNING: Logging before InitGoogleLogging()\n";
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("on stderr: WARNING")));
}

TEST(CampaignCheck, SaysDifferingBytesAndFilesLeftBehind) {
  Outcome outcome = Converted(Account());
  outcome.same_bytes = false;
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("differs with the number of threads")));
  outcome = Converted(Account());
  outcome.conversions[0].files = {".partial-7-0-item.rview", "item.rview"};
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains("left behind: .partial-7-0-item.rview"));
  outcome.conversions[0].files = {};
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains("no .rview was written"));
  outcome = Refused();
  outcome.conversions[1].files = {"item.rview"};
  EXPECT_THAT(FindFaults(Refusal(), outcome), Contains("left behind: item.rview"));
}

TEST(CampaignCheck, SaysWrongTiersAndWords) {
  Expected expected = Photos();
  expected.best_tier = 3;
  expected.finding_says = "move";
  const std::vector<std::string> faults = FindFaults(expected, Converted(Account()));
  EXPECT_THAT(faults, Contains(HasSubstr("tier 1, expected 3 to 4")));
  EXPECT_THAT(faults, Contains("no finding says \"move\""));
  Outcome outcome = Converted(Account());
  outcome.conversions[0].out =
      R"({"event":"result","tier":1,"findings":["Film more slowly there"],"warnings":[]})";
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("says \"film\" of photos")));
  Expected clip = Clip(20);
  outcome.info = Info(Ranges());
  EXPECT_THAT(FindFaults(clip, outcome), IsEmpty());
}

TEST(CampaignCheck, SaysWhatTheAccountOfFilesGetsWrong) {
  json inputs = Account();
  inputs[2]["state"] = "posed";
  EXPECT_THAT(FindFaults(Photos(), Converted(inputs)),
              Contains(HasSubstr("says posed of bad.jpg, expected unread")));
  inputs = Account();
  inputs[2]["reason"] = "";
  EXPECT_THAT(FindFaults(Photos(), Converted(inputs)), Contains(HasSubstr("does not say why")));
  inputs = Account();
  inputs.erase(1);
  EXPECT_THAT(FindFaults(Photos(), Converted(inputs)), Contains("inputs lacks a file: b.jpg"));
  inputs = Account();
  inputs.push_back(inputs[0]);
  EXPECT_THAT(FindFaults(Photos(), Converted(inputs)), Contains("inputs names a file twice: a.jpg"));
  inputs = Account();
  inputs[0]["name"] = "other.jpg";
  EXPECT_THAT(FindFaults(Photos(), Converted(inputs)), Contains(HasSubstr("was not given: other.jpg")));
  EXPECT_THAT(FindFaults(Photos(), Converted(Ranges())), Contains(HasSubstr("no clip was given")));
}

TEST(CampaignCheck, SaysGapsOverlapsAndWrongCountsOfFrames) {
  json inputs = Ranges();
  inputs[1]["from"] = 12;
  EXPECT_THAT(FindFaults(Clip(20), Converted(inputs)), Contains("inputs has a gap: frames 10 to 11"));
  inputs = Ranges();
  inputs[1]["from"] = 8;
  EXPECT_THAT(FindFaults(Clip(20), Converted(inputs)), Contains("inputs has frames 8 to 9 twice"));
  EXPECT_THAT(FindFaults(Clip(21), Converted(Ranges())), Contains("inputs has 20 frames, ffprobe shows 21"));
  EXPECT_THAT(FindFaults(Clip(20), Converted(json::array())), Contains("inputs has no frames of the clip"));
  Expected damaged = Clip(0);
  damaged.frames.reset();
  EXPECT_THAT(FindFaults(damaged, Converted(Ranges())), IsEmpty());
}

TEST(CampaignCheck, SaysWhatTheStrictCheckFinds) {
  Outcome outcome = Converted(Account());
  outcome.info = Info(Account(), {{{"severity", "warning"}, {"message", "odd"}}});
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("info --strict finds")));
  outcome.info_exit = 4;
  EXPECT_THAT(FindFaults(Photos(), outcome), Contains(HasSubstr("info --strict ends with 4")));
}

TEST(CampaignNumbers, DecideTheKindAndCoverAllOfThem) {
  const std::vector<Kind> kinds = AllKinds();
  CampaignOptions options{.count = 3, .full = 2};
  EXPECT_EQ(*VariantNumbers(options), (std::vector<int>{0, 1, 2, kFirstFull, kFirstFull + 1}));
  options.kind = kinds[5].name;
  const std::vector<int> numbers = *VariantNumbers(options);
  EXPECT_EQ(numbers.size(), 5U);
  for (const int number : numbers) EXPECT_EQ(number % static_cast<int>(kinds.size()), 5);
  EXPECT_GE(numbers.back(), kFirstFull);
  options.only = 17;
  EXPECT_EQ(*VariantNumbers(options), std::vector<int>{17});
  options = {.kind = "no_such_kind"};
  EXPECT_EQ(VariantNumbers(options).error().code, ErrorCode::kInvalidArgument);
  std::set<std::string_view> names;
  for (const Kind& kind : kinds) EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
}

}  // namespace
}  // namespace rv::campaign
