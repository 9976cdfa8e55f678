#include "groknet/index/tag_lines.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/groknet/index/made_up_products.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseTagLine, ReadsWhatTagPrints) {
  nlohmann::json line = {{"path", "photos/shoe.jpg"},
                         {"vertical", "fashion"},
                         {"unknown", false},
                         {"embedding", testing::RandomDirection(1)}};
  line["attributes"]["base_colour"] = {{{"value", "Red"}, {"p", 0.8}}, {{"value", "Blue"}, {"p", 0.1}}};
  line["attributes"]["doors"] = {{{"value", "4"}, {"p", 0.5}}};
  line["applies"] = {{"base_colour", 0.9}, {"doors", 0.05}};
  const Result<IndexEntry> entry = ParseTagLine(line.dump());
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->id, "shoe");
  EXPECT_EQ(entry->embedding, testing::RandomDirection(1));
  EXPECT_THAT(entry->attributes,
              ElementsAre(IndexAttribute{"vertical", "fashion", 1}, IndexAttribute{"base_colour", "Red", 0.8},
                          IndexAttribute{"base_colour", "Blue", 0.1}));
}

TEST(ParseTagLine, ReadsWhatAPersonWrites) {
  const Result<IndexEntry> entry = ParseTagLine(
      R"({"id":"x","title":"Oak table","tags":["heavy"],"attributes":{"color":"Brown","room":["a","b"]}})");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->id, "x");
  EXPECT_EQ(entry->title, "Oak table");
  EXPECT_THAT(entry->tags, ElementsAre("heavy"));
  EXPECT_EQ(entry->attributes.size(), 3u);
}

TEST(ParseTagLine, ReadsViewsAndColors) {
  const Result<IndexEntry> entry = ParseTagLine(
      R"({"path":"a/shoe.rview","view":12,"colours":[{"term":"navy blue","share":0.6},{"term":"red","share":0.1}]})");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->id, "shoe");
  EXPECT_EQ(entry->path, "a/shoe.rview#12");
  EXPECT_THAT(entry->tags, ElementsAre("navy blue"));
  EXPECT_EQ(WithoutView("a/shoe.rview#12"), "a/shoe.rview");
  for (const char* path : {"a/shoe.rview", "a#1.jpg", "x.rview#a"}) EXPECT_EQ(WithoutView(path), path);
}

TEST(ParseTagLine, NamesWhatIsWrong) {
  for (const auto& [line, key] : std::vector<std::pair<std::string, std::string>>{
           {"[1]", "object"},
           {"{", "object"},
           {R"({"path":1})", "path"},
           {R"({"tags":"x"})", "tags"},
           {R"({"embedding":[1,2]})", "embedding"},
           {R"({"attributes":[]})", "attributes"},
           {R"({"attributes":{"a":[{"p":1}]}})", "attributes.a"},
           {R"({"attributes":{"a":[{"value":"x","p":2}]}})", "attributes.a.p"}}) {
    const Result<IndexEntry> entry = ParseTagLine(line);
    ASSERT_FALSE(entry) << line;
    EXPECT_EQ(entry.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(entry.error().message, HasSubstr(key)) << line;
  }
}

TEST(ReadTagLines, NamesTheLineAndReadsOneObjectOverSeveral) {
  const testing::TempFolder temp;
  std::ofstream(temp.path() / "lines")
      << "{\"path\":\"a\"}\n{\"event\":\"error\"}\n{\"path\":\"b\"}\nnonsense\n";
  std::vector<std::string> paths;
  const auto take = [&](IndexEntry entry) -> Status {
    paths.push_back(entry.path);
    return {};
  };
  const Status status = ReadTagLines(temp.path() / "lines", take);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("line 4"));
  EXPECT_THAT(paths, ElementsAre("a", "b"));
  std::ofstream(temp.path() / "one") << "{\n \"path\": \"c\"\n}\n";
  EXPECT_TRUE(ReadTagLines(temp.path() / "one", take));
  EXPECT_EQ(paths.back(), "c");
  EXPECT_EQ(ReadTagLines(temp.path() / "none", take).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rv
