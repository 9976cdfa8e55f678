#include "cli/option_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace rv::cli {
namespace {

using testing::HasSubstr;

struct Options {
  double fps = 20;
  std::optional<int> quality;
  bool images = true;
  bool exact = false;
};

const OptionTable<Options>& Table() {
  using Row = OptionRow<Options>;
  static const OptionTable<Options> table = [] {
    OptionTable<Options> rows = {
        Row::Number("fps", "FLOAT", "Views a second", [](auto& options) -> auto& { return options.fps; }),
        Row::Number("quality", "INT", "Quality", [](auto& options) -> auto& { return options.quality; }),
        Row::Without("no-images", "No pictures", [](auto& options) -> auto& { return options.images; }),
        Row::Switch("exact", "Exact ones", [](auto& options) -> auto& { return options.exact; }),
    };
    rows[0].shows_default = true;
    rows[1].range = OptionRange{.low = 1, .high = 100};
    rows[1].hidden_aliases = {"jpeg-quality"};
    return rows;
  }();
  return table;
}

// What a parse made of the options, or the parser's message.
struct Parsed {
  Options options;
  std::string error;
};

Parsed Parse(std::vector<std::string> arguments, FlagStyle style) {
  Parsed parsed;
  CLI::App app;
  AddOptionFlags(app, Table(), parsed.options, style);
  std::reverse(arguments.begin(), arguments.end());  // as the parser wants them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    parsed.error = error.what();
  }
  return parsed;
}

TEST(OptionFlags, WriteIntoTheOptions) {
  for (const FlagStyle style : {FlagStyle::kTable, FlagStyle::kParser}) {
    const Parsed parsed = Parse({"--fps", "12.5", "--quality", "80", "--no-images", "--exact"}, style);
    EXPECT_EQ(parsed.error, "");
    EXPECT_EQ(parsed.options.fps, 12.5);
    EXPECT_EQ(parsed.options.quality, 80);
    EXPECT_FALSE(parsed.options.images);
    EXPECT_TRUE(parsed.options.exact);
  }
}

TEST(OptionFlags, SwitchesTakeAValue) {
  for (const FlagStyle style : {FlagStyle::kTable, FlagStyle::kParser}) {
    const Parsed parsed = Parse({"--no-images=false", "--exact=false"}, style);
    EXPECT_TRUE(parsed.options.images);
    EXPECT_FALSE(parsed.options.exact);
    EXPECT_EQ(Parse({"--exact=maybe"}, style).error, "Could not convert: --exact = maybe");
  }
}

TEST(OptionFlags, SayWhatIsNoNumberInTheirStyle) {
  EXPECT_EQ(Parse({"--fps", "x"}, FlagStyle::kTable).error, "--fps takes a number, not 'x'");
  EXPECT_EQ(Parse({"--fps", "x"}, FlagStyle::kParser).error, "Could not convert: --fps = x");
}

TEST(OptionFlags, CheckTheRange) {
  EXPECT_THAT(Parse({"--quality", "101"}, FlagStyle::kParser).error,
              HasSubstr("--quality: Value 101 not in range"));
}

TEST(OptionFlags, HideOlderNames) {
  EXPECT_EQ(Parse({"--jpeg-quality", "70"}, FlagStyle::kParser).options.quality, 70);
  CLI::App app;
  Options options;
  AddOptionFlags(app, Table(), options, FlagStyle::kParser);
  EXPECT_THAT(app.help(), HasSubstr("--fps FLOAT=20"));
  EXPECT_THAT(app.help(), HasSubstr("--no-images{false}"));
  EXPECT_THAT(app.help(), testing::Not(HasSubstr("jpeg-quality")));
}

}  // namespace
}  // namespace rv::cli
