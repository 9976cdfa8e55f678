#include "bench/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace rv {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<BenchRow> Rows() {
  BenchRow ours{.set = "fox",
                .program = "rotaview",
                .frames = 50,
                .posed = 49,
                .tier = 1,
                .seconds = {{"decode", 1.25}},
                .total_s = 10,
                .peak_mb = 512,
                .speedup = 12.5};
  ours.scores =
      PoseScores{.images = 50, .registered = 49, .auc1 = 61.25, .auc3 = 90, .auc5 = 95, .ate_pct = 0.21};
  ours.spin = SpinScores{.frames = 72, .step_deg = 5, .step_max_pct = 3.3};
  BenchRow colmap{.set = "fox",
                  .program = "colmap",
                  .frames = 50,
                  .posed = 50,
                  .total_s = 125,
                  .others_share = 0.5,
                  .cached = true};
  return {ours, colmap};
}

TEST(FormatTable, AlignsItsColumns) {
  const std::string text = FormatTable(Rows(), TableStyle::kText);
  std::istringstream lines(text);
  std::string header;
  std::string first;
  std::string second;
  std::getline(lines, header);
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_EQ(header.size(), first.size());
  EXPECT_EQ(header.size(), second.size());
  // Right-aligned numbers end where their header ends.
  const std::size_t end = header.find("AUC@1") + 5;
  EXPECT_EQ(first.substr(end - 4, 4), "61.2");
  EXPECT_THAT(first, HasSubstr(" 98 "));
}

TEST(FormatTable, SaysWhatIsCachedAndWhatWasTimedOnABusyMachine) {
  const std::string text = FormatTable(Rows(), TableStyle::kText);
  EXPECT_THAT(text, HasSubstr("125.0*c"));
  EXPECT_THAT(text, HasSubstr("*: other work"));
  EXPECT_THAT(text, HasSubstr("c: from an earlier run"));
  EXPECT_THAT(FormatTable({Rows().front()}, TableStyle::kText), Not(HasSubstr("*: other work")));
}

TEST(FormatTable, SaysWhyThereIsNoResultAndWhyATierIsLow) {
  std::vector<BenchRow> rows = Rows();
  rows[0].tier = 3;
  rows[0].tier_reason = "no parallax";
  rows[1].error = "no model";
  rows[0].spin_note = "COLMAP registers 2 of 72 output frames";
  const std::string text = FormatTable(rows, TableStyle::kText);
  EXPECT_THAT(text, HasSubstr("fox: tier 3: no parallax"));
  EXPECT_THAT(text, HasSubstr("fox, colmap: no model"));
  EXPECT_THAT(text, HasSubstr("registers 2 of 72"));
}

TEST(FormatTable, WritesMarkdown) {
  const std::string text = FormatTable(Rows(), TableStyle::kMarkdown);
  std::istringstream lines(text);
  std::string header;
  std::string rule;
  std::getline(lines, header);
  std::getline(lines, rule);
  EXPECT_EQ(std::count(header.begin(), header.end(), '|'), 24);
  EXPECT_EQ(std::count(rule.begin(), rule.end(), '|'), 24);
  for (std::string row; std::getline(lines, row) && row.starts_with('|');)
    EXPECT_EQ(std::count(row.begin(), row.end(), '|'), 24) << row;
  EXPECT_EQ(rule.find_first_not_of("|-: "), std::string::npos);
}

TEST(RowsJson, HoldsEveryFigureAndLeavesOutWhatIsNotKnown) {
  const auto rows = nlohmann::json::parse(RowsJson(Rows())).at("rows");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("scores").at("auc1"), 61.25);
  EXPECT_EQ(rows[0].at("scores").at("ate_pct"), 0.21);
  EXPECT_FALSE(rows[0].at("scores").contains("focal_error_pct"));
  EXPECT_EQ(rows[0].at("seconds").at("decode"), 1.25);
  EXPECT_EQ(rows[0].at("speedup"), 12.5);
  EXPECT_EQ(rows[0].at("spin").at("step_max_pct"), 3.3);
  EXPECT_EQ(rows[0].at("alone"), true);
  EXPECT_EQ(rows[1].at("alone"), false);
  EXPECT_EQ(rows[1].at("cached"), true);
  EXPECT_FALSE(rows[1].contains("scores"));
  EXPECT_FALSE(rows[1].contains("tier"));
}

}  // namespace
}  // namespace rv
