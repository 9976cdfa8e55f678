#include "convert/convert_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "tests/support/temp_folder.h"

namespace rv {
namespace {

const OptionSpec<ConvertOptions>& Spec(const std::string& name) {
  for (const OptionSpec<ConvertOptions>& spec : ConvertOptionTable()) {
    if (spec.name == name) return spec;
  }
  throw std::out_of_range(name);
}

TEST(ConvertOptions, DefaultsAreValid) { EXPECT_TRUE(ConvertOptions{}.Validate()); }

TEST(ConvertOptions, EveryRowHasANameOfItsOwnAndAHelp) {
  std::set<std::string> names;
  for (const OptionSpec<ConvertOptions>& spec : ConvertOptionTable()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_FALSE(spec.help.empty()) << spec.name;
  }
}

TEST(ConvertOptions, ARowReadsWhatItSet) {
  for (const OptionSpec<ConvertOptions>& spec : ConvertOptionTable()) {
    if (spec.name == "keep-frames") continue;  // takes a file
    const std::string value = spec.value_name.empty()     ? "true"
                              : spec.value_name == "FILE" ? "transforms.json"
                                                          : "17";
    ConvertOptions options;
    ASSERT_TRUE(spec.set(options, value)) << spec.name;
    EXPECT_EQ(spec.get(options), value) << spec.name;
    EXPECT_NE(spec.get(ConvertOptions{}), value) << spec.name << " does not reach its field";
  }
}

TEST(ConvertOptions, ASwitchTurnsItsFieldOff) {
  ConvertOptions options;
  ASSERT_TRUE(Spec("no-sources").set(options, "true"));
  EXPECT_FALSE(options.keep_sources);
  EXPECT_FALSE(Spec("no-sources").set(options, "perhaps"));
}

TEST(ConvertOptions, KeepFramesComesFromAFileOfNumbers) {
  const testing::TempFolder folder;
  const std::string file = (folder.path() / "keep.txt").string();
  std::ofstream(file) << "3\n17\n";
  ConvertOptions options;
  ASSERT_TRUE(Spec("keep-frames").set(options, file));
  EXPECT_THAT(options.capture.keep_frames, ::testing::ElementsAre(3, 17));
  EXPECT_EQ(Spec("keep-frames").get(options), "3,17");
  EXPECT_FALSE(Spec("keep-frames").set(options, file + ".gone"));
}

TEST(ConvertOptions, WhatIsNoNumberIsRefusedByName) {
  for (const char* text : {"", "x", "12x", "1e"}) {
    ConvertOptions options;
    const Status status = Spec("views").set(options, text);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, ::testing::HasSubstr("--views"));
  }
}

TEST(ConvertOptions, ValuesOutOfRangeAreRefused) {
  const std::pair<const char*, const char*> cases[] = {{"views", "-1"},     {"spacing", "0"},
                                                       {"max-frames", "0"}, {"threads", "-2"},
                                                       {"mapper", "guess"}, {"size", "3"}};
  for (const auto& [name, value] : cases) {
    ConvertOptions options;
    ASSERT_TRUE(Spec(name).set(options, value));
    EXPECT_FALSE(options.Validate()) << name;
  }
}

TEST(ConvertOptions, ThreadsAndPathsAreNoPartOfTheProvenance) {
  ConvertOptions options;
  const auto before = ShapingOptions(options);
  options.threads = 3;
  EXPECT_EQ(ShapingOptions(options), before);
  EXPECT_FALSE(before.contains("threads"));
  options.capture.pose_priors = "/some/where/transforms.json";
  EXPECT_EQ(ShapingOptions(options).at("poses"), "transforms.json");
  options.spin.spacing_deg = 7.5;
  EXPECT_EQ(ShapingOptions(options).at("spacing"), "7.5");
}

TEST(ConvertOptions, GivenPosesNeedAFileAndNoOtherMapper) {
  ConvertOptions options;
  options.poses_exact = true;
  ASSERT_FALSE(options.Validate());
  EXPECT_NE(options.Validate().error().remedy.find("--poses"), std::string::npos);
  options.capture.pose_priors = "transforms.json";
  EXPECT_TRUE(options.Validate());
  options.mapper = kMapperColmap;
  EXPECT_FALSE(options.Validate());
}

}  // namespace
}  // namespace rv
