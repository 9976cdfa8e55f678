#include "asset/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "asset/manifest.h"
#include "tests/asset/sample_view.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using ::testing::HasSubstr;

TEST(Info, SaysWhatAPersonAsks) {
  const std::string text = DescribeRview(testing::SampleView());
  for (const char* part :
       {"tier        1: full 3D path", "all frames posed", "(video)", "5 of 12 x 10 px",
        "346.1 degrees, closed", "clockwise", "gap         from 10.1 to 40.7 degrees", "reshoot from lower",
        "3 captured frames, 2 used in views, 3 stored", "2 of 3 frames by colmap (turntable), 3 points",
        "inputs      32 given: 7 posed, 1 unposed, 23 left out, 1 unread",
        "unread      notes.txt: not a picture", "category: drinkware (87 %)", "Tankard, pewter",
        "at least 99.7 % of each view is captured"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(text.back(), '\n');
}

// What is printed of a file is its own manifest, frames that were not loaded included.
TEST(Info, JsonOfAFileIsItsManifest) {
  const testing::TempFolder folder;
  const auto path = folder.path() / "item.rview";
  ASSERT_TRUE(WriteRview(testing::SampleView(), path));
  const auto manifest = ReadManifestJson(path);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(*manifest, ManifestJson(testing::SampleView()));
  EXPECT_EQ(DescribeManifestJson(*manifest), DescribeRviewJson(testing::SampleView()));
  EXPECT_EQ(ReadManifestJson(folder.path() / "none").error().code, ErrorCode::kNotFound);
  std::filesystem::resize_file(path, 5000);
  EXPECT_EQ(ReadManifestJson(path).error().code, ErrorCode::kCorrupt);
}

TEST(Info, SaysThatLowerTiersHaveNoPoses) {
  EXPECT_THAT(DescribeRview(testing::SampleView({.posed = false})),
              HasSubstr("poses       none at this tier"));
}

TEST(Info, DoesNotPassControlCharactersOn) {
  RotatingView view = testing::SampleView();
  view.tier_reason = "\x1b[2Jx\xC2\x9By\x7F\ncaf\xC3\xA9";
  EXPECT_THAT(DescribeRview(view), HasSubstr("?[2Jx?y??caf\xC3\xA9\n"));
}

TEST(Info, JsonIsOneLineWithManifestAndFindings) {
  const RviewFindings findings{
      {{.severity = Severity::kError, .where = "views/0001.jpg", .message = "it is \"damaged\""},
       {.severity = Severity::kNote, .message = "note"}}};
  const std::string line = DescribeRviewJson(testing::SampleView(), findings);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["event"], "result");
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["manifest"]["views"].size(), 5U);
  EXPECT_EQ(json["manifest"]["files"].size(), 34U);
  EXPECT_EQ(json["findings"][0]["code"], "corrupt");
  EXPECT_EQ(json["findings"][0]["message"], "it is \"damaged\"");
  EXPECT_EQ(json["findings"][1]["severity"], "note");
  EXPECT_FALSE(json["findings"][1].contains("code"));
  EXPECT_EQ(nlohmann::json::parse(DescribeRviewJson(testing::SampleView()))["ok"], true);
  EXPECT_EQ(DescribeFindings(findings), "error: views/0001.jpg: it is \"damaged\"\nnote: note\n");
}

}  // namespace
}  // namespace rv
