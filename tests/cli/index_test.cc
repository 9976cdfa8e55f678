// `rotaview index` as a person runs it, with embeddings of its own instead of a model's.
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <random>

#include "tests/cli/cli_run.h"

namespace rv {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<float> Direction(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(256);
  for (float& value : values) value = normal(random) / 16;
  return values;
}

json Line(const std::string& path, unsigned seed, const std::string& color) {
  json line = {{"path", path}, {"vertical", "fashion"}, {"unknown", false}, {"embedding", Direction(seed)}};
  line["attributes"]["base_colour"] = {{{"value", color}, {"p", 0.8}}, {{"value", "Grey"}, {"p", 0.1}}};
  line["attributes"]["article_type"] = {{{"value", "Tshirts"}, {"p", 0.9}}};
  return line;
}

class IndexCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Write("tags.jsonl", {Line("photos/a.jpg", 1, "Red"), Line("photos/b.jpg", 2, "Navy Blue"),
                         Line("photos/c.jpg", 3, "Red")});
    ASSERT_EQ(cli_.Run({"index", "add", "shop.index", "--from", "tags.jsonl"}).exit_code, 0);
  }
  void Write(const std::string& name, const std::vector<json>& lines) {
    std::ofstream out(cli_.folder() / name);
    for (const json& line : lines) out << line.dump() << "\n";
  }
  std::vector<std::string> Found(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"index", "search", "shop.index", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const CliResult result = cli_.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    std::vector<std::string> ids;
    for (const json& event : result.Events())
      for (const json& match : event["matches"]) ids.push_back(match["id"]);
    return ids;
  }
  CliFixture cli_;
};

TEST_F(IndexCommandTest, FindsByEmbeddingFilterAndText) {
  Write("query.jsonl", {Line("q.jpg", 3, "Red")});
  EXPECT_THAT(Found({"--from", "query.jsonl", "--k", "1"}), ElementsAre("c"));
  EXPECT_THAT(Found({"--from", "query.jsonl", "--filter", "base_colour=navy blue"}), ElementsAre("b"));
  EXPECT_THAT(Found({"--from", "query.jsonl", "--exact"}), ElementsAre("c"));
  EXPECT_THAT(Found({"--text", "navy t-shirt", "--k", "1"}), ElementsAre("b"));
  EXPECT_EQ(Found({"--filter", "base_colour=Red", "--text", "shirts tee"}).size(), 2u);

  const CliResult text = cli_.Run({"index", "search", "shop.index", "--from", "query.jsonl", "--k", "1"});
  EXPECT_THAT(text.out, HasSubstr("exact    c  photos/c.jpg  (fashion, Tshirts, Red)"));
}

TEST_F(IndexCommandTest, EachLineIsAQueryUnlessTheyAreOneSweep) {
  Write("query.jsonl", {Line("q1.jpg", 1, "Red"), Line("q2.jpg", 2, "Red"), Line("q3.jpg", 1, "Red")});
  EXPECT_THAT(Found({"--from", "query.jsonl", "--k", "1"}), ElementsAre("a", "b", "a"));
  EXPECT_THAT(Found({"--from", "query.jsonl", "--k", "1", "--sweep"}), ElementsAre("a"));
  // The lines of one spin are one query without being told.
  std::vector<json> views = {Line("s.rview", 1, "Red"), Line("s.rview", 2, "Red"), Line("s.rview", 1, "Red")};
  for (std::size_t i = 0; i < views.size(); ++i) views[i]["view"] = i;
  views.push_back(Line("s.rview", 1, "Red"));  // the item
  views.push_back(Line("q.jpg", 3, "Red"));
  Write("query.jsonl", views);
  EXPECT_THAT(Found({"--from", "query.jsonl", "--k", "1"}), ElementsAre("a", "c"));
}

TEST_F(IndexCommandTest, OwnIdsTagsAndReplacing) {
  Write("more.jsonl", {Line("photos/front.jpg", 11, "Red"), Line("photos/back.jpg", 12, "Red")});
  Write("own.json",
        {{{"title", "Linen shirt"}, {"tags", {"vintage"}}, {"attributes", {{"base_colour", "Beige"}}}},
         {{"path", "photos/back.jpg"}, {"tags", {"label"}}}});
  const std::vector<std::string> add = {"index", "add",      "shop.index", "--from",  "more.jsonl",
                                        "--id",  "shirt 17", "--tags",     "own.json"};
  ASSERT_EQ(cli_.Run(add).exit_code, 0);
  EXPECT_THAT(Found({"--text", "vintage linen"}), ElementsAre("shirt 17"));
  EXPECT_THAT(Found({"--text", "label"}), ElementsAre("shirt 17"));
  EXPECT_THAT(Found({"--text", "linen", "--filter", "base_colour=Beige"}), ElementsAre("shirt 17"));
  EXPECT_EQ(Found({"--text", "shirt", "--filter", "base_colour=Red"}).size(), 0u);
  Write("more.jsonl", {Line("photos/new.jpg", 13, "Red")});
  std::vector<std::string> replace = add;
  replace.emplace_back("--replace");
  ASSERT_EQ(cli_.Run(replace).exit_code, 0);
  const json stats = cli_.Run({"index", "stats", "shop.index", "--json"}).Events().at(0);
  EXPECT_EQ(stats["pictures"], 4);
  EXPECT_EQ(stats["products"], 4);
  EXPECT_EQ(stats["attributes"]["base_colour"]["Red"], 2);
}

TEST_F(IndexCommandTest, DeletesAllOrNothing) {
  const CliResult none = cli_.Run({"index", "delete", "shop.index", "a", "zzz", "--json"});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_EQ(none.Events().at(0)["code"], "not found");
  EXPECT_EQ(cli_.Run({"index", "delete", "shop.index", "a", "b"}).exit_code, 0);
  EXPECT_THAT(Found({"--text", "tshirt"}), ElementsAre("c"));
  EXPECT_EQ(cli_.Run({"index", "compact", "shop.index"}).exit_code, 0);
  EXPECT_THAT(cli_.Run({"index", "stats", "shop.index", "--strict"}).out,
              HasSubstr("1 product, 1 picture in 1 segment"));
}

TEST_F(IndexCommandTest, TagsPicturesItself) {
  WriteTurningPhotos(cli_.folder() / "photos", 4);
  const std::string model = std::string(ROTAVIEW_ROOT) + "/tests/groknet/data/tiny.onnx";
  ASSERT_EQ(cli_.Run({"index", "add", "own.index", "photos", "--model", model}).exit_code, 0);
  const json stats = cli_.Run({"index", "stats", "own.index", "--json"}).Events().at(0);
  EXPECT_EQ(stats["pictures"], 4);
  EXPECT_NE(stats["model"], "");
  const CliResult found = cli_.Run({"index", "search", "own.index", "photos", "--model", model});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("1.000  exact"));
  EXPECT_EQ(cli_.Run({"index", "add", "own.index", "none.jpg", "--model", model}).exit_code, 3);
  EXPECT_EQ(cli_.Run({"index", "add", "own.index", "photos", "--model", "none.onnx"}).exit_code, 3);
}

TEST_F(IndexCommandTest, MistakesAreNamed) {
  EXPECT_EQ(cli_.Run({"index"}).exit_code, 2);
  EXPECT_EQ(cli_.Run({"index", "add", "shop.index"}).exit_code, 2);
  EXPECT_EQ(cli_.Run({"index", "search", "none.index", "--text", "x"}).exit_code, 3);
  EXPECT_EQ(cli_.Run({"index", "delete", "none.index", "x"}).exit_code, 3);
  EXPECT_EQ(cli_.Run({"index", "search", "shop.index", "--text", "x", "--filter", "red"}).exit_code, 2);
  EXPECT_THAT(cli_.Run({"index", "search", "shop.index", "--text", "x", "--filter", "colour=red"}).err,
              HasSubstr("article_type, base_colour, vertical"));
  std::ofstream(cli_.folder() / "bad.jsonl") << Line("x.jpg", 1, "Red").dump() << "\n{\"path\":\"y.jpg\"}\n";
  const CliResult bad = cli_.Run({"index", "add", "shop.index", "--from", "bad.jsonl"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("line 2"));
  EXPECT_EQ(cli_.Run({"index", "stats", "shop.index", "--json"}).Events().at(0)["pictures"], 3)
      << "nothing of it";
  std::ofstream(cli_.folder() / "shop.index" / "00000001.seg", std::ios::app) << "x";
  EXPECT_EQ(cli_.Run({"index", "stats", "shop.index"}).exit_code, 4);
}

}  // namespace
}  // namespace rv
