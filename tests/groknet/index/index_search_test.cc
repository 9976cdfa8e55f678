#include <gmock/gmock.h>

#include <cmath>

#include "tests/groknet/index/made_up_products.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using testing::BuildIndex;
using testing::Check;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ids;
using ::testing::IsEmpty;
using testing::MadeUpEntry;
using testing::Near;
using testing::RandomDirection;
using ::testing::SizeIs;
using testing::Value;

class IndexSearchTest : public ::testing::Test {
 protected:
  void SetUp() override { BuildIndex(folder(), 100, 23); }
  std::filesystem::path folder() const { return temp_.path() / "index"; }
  ProductIndex Open() const { return Value(ProductIndex::Open(folder())); }
  std::vector<ProductMatch> Search(std::vector<float> query, const SearchOptions& options = {}) const {
    return Value(Open().Search({{std::move(query)}}, options));
  }

  testing::TempFolder temp_;
};

TEST_F(IndexSearchTest, FindsTheSamePictureFirst) {
  for (const int number : {0, 22, 23, 57, 99}) {
    const auto found = Search(RandomDirection(static_cast<std::uint32_t>(number)));
    ASSERT_THAT(found, SizeIs(10));
    EXPECT_EQ(found[0].entry.id, "item" + std::to_string(number));
    EXPECT_NEAR(found[0].score, 1, 1e-3);
    EXPECT_LE(found[0].score, 1);
    EXPECT_EQ(found[0].kind, MatchKind::kExact);
    EXPECT_EQ(found[1].kind, MatchKind::kWeak);
    EXPECT_EQ(found[0].entry.path, "item" + std::to_string(number) + ".jpg");
    EXPECT_EQ(found[0].entry.attributes.size(), 3u);
  }
}

TEST_F(IndexSearchTest, KindsFollowTheThresholdsOfTheIndex) {
  const std::vector<float> center = RandomDirection(5);
  EXPECT_EQ(Search(Near(center, 0.3F, 1000))[0].kind, MatchKind::kExact);    // cosine 0.96
  EXPECT_EQ(Search(Near(center, 1.1F, 1000))[0].kind, MatchKind::kSimilar);  // 0.67
  EXPECT_THAT(Search(Near(center, 1.1F, 1000), {.exact_only = true}), IsEmpty());
  EXPECT_THAT(Ids(Search(Near(center, 0.3F, 1000), {.exact_only = true})), ElementsAre("item5"));
}

// The few candidates of the scan, ranked by cosine, against the cosines of all.
TEST_F(IndexSearchTest, RanksByCosine) {
  const std::vector<float> query = Near(RandomDirection(5), 1.5F, 2000);
  const auto all = Search(query, {.k = 100, .candidates = 100});
  ASSERT_THAT(all, SizeIs(100));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const int number = std::stoi(all[i].entry.id.substr(4));
    const std::vector<float> embedding = RandomDirection(static_cast<std::uint32_t>(number));
    double cosine = 0;
    for (std::size_t j = 0; j < embedding.size(); ++j) cosine += static_cast<double>(query[j]) * embedding[j];
    EXPECT_NEAR(all[i].score, cosine, 2e-3);
    if (i > 0) {
      EXPECT_GE(all[i - 1].score, all[i].score);
    }
  }
}

TEST_F(IndexSearchTest, FiltersComeBeforeRanking) {
  // The one candidate that is asked for must be the best of the filtered ones, not the best of all, filtered
  // away.
  const auto found =
      Search(RandomDirection(0), {.k = 1, .filters = {{"base_colour", "green"}}, .candidates = 1});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].entry.attributes[0].value, "Green");

  const auto shoes =
      Search(RandomDirection(0), {.k = 100, .filters = {{"BASE_COLOUR", "Red"}, {"article_type", "Shoes"}}});
  EXPECT_THAT(shoes, SizeIs(12));
  const auto either =
      Search(RandomDirection(0), {.k = 100, .filters = {{"base_colour", "Red"}, {"base_colour", "Blue"}}});
  EXPECT_THAT(either, SizeIs(50));
  // White is never the best and too improbable; the value is not there at all.
  EXPECT_THAT(Search(RandomDirection(0), {.filters = {{"base_colour", "White"}}}), IsEmpty());
  EXPECT_THAT(Search(RandomDirection(0), {.filters = {{"base_colour", "Chartreuse"}}}), IsEmpty());
}

TEST_F(IndexSearchTest, AFilterForNoAttributeIsAMistake) {
  const auto found = Open().Search({{RandomDirection(0)}}, {.filters = {{"color", "Red"}}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(found.error().remedy, HasSubstr("article_type, base_colour"));
}

TEST_F(IndexSearchTest, APictureOfAProductStandsForIt) {
  const std::vector<float> center = RandomDirection(5000);
  {
    IndexWriter writer = Value(IndexWriter::Open(folder()));
    for (int i = 0; i < 60; ++i) {
      IndexEntry entry = MadeUpEntry(7);
      entry.path = "more" + std::to_string(i) + ".jpg";
      entry.embedding = Near(center, 0.2F, static_cast<std::uint32_t>(6000 + i));
      Check(writer.Add(entry));
    }
    Check(writer.Commit());
  }
  // All first candidates are pictures of one product; ten products come all the same.
  const auto found = Search(center, {.k = 10, .candidates = 10});
  ASSERT_THAT(found, SizeIs(10));
  EXPECT_EQ(found[0].entry.id, "item7");
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_NE(found[i].entry.id, "item7");
}

TEST_F(IndexSearchTest, ASweepNeedsSeveralViewsToAgree) {
  const std::vector<float> item = RandomDirection(5);
  std::vector<std::vector<float>> views;
  for (std::uint32_t i = 0; i < 6; ++i) views.push_back(Near(item, 0.8F, 7000 + i));
  views.push_back(RandomDirection(60));  // one view happens to look exactly like another item
  const ProductIndex index = Open();
  EXPECT_EQ(Value(index.Search(views)).at(0).entry.id, "item5");
  EXPECT_EQ(Value(index.Search(views, {.fusion = SweepFusion::kMax})).at(0).entry.id, "item60");
}

TEST_F(IndexSearchTest, TiesGoToWhatWasAddedFirst) {
  {
    IndexWriter writer = Value(IndexWriter::Open(folder()));
    for (const char* id : {"zebra", "apple", "mango"}) {
      IndexEntry entry = MadeUpEntry(5);
      entry.id = id;
      Check(writer.Add(entry));
      Check(writer.Commit());
    }
  }
  EXPECT_THAT(Ids(Search(RandomDirection(5), {.k = 4})), ElementsAre("item5", "zebra", "apple", "mango"));
}

TEST_F(IndexSearchTest, FindsByWords) {
  const ProductIndex index = Open();
  const auto found = Value(index.SearchText("red shoe", {.k = 100}));
  ASSERT_EQ(found.size(), 63u);  // 25 red ones and 50 shoes, 12 of them both
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(found[i].entry.title, "Red Shoes") << i;
  EXPECT_NE(found[12].entry.title, "Red Shoes");
  EXPECT_EQ(found[0].kind, MatchKind::kText);
  EXPECT_THAT(Ids(Value(index.SearchText("TAG42"))), ElementsAre("item42"));
  EXPECT_THAT(Value(index.SearchText("umbrella")), IsEmpty());
  EXPECT_THAT(Value(index.SearchText("shirt", {.k = 100, .filters = {{"base_colour", "Blue"}}})), SizeIs(12));
}

TEST_F(IndexSearchTest, TextScoresDoNotDependOnSegments) {
  const auto before = Value(Open().SearchText("navy shirts", {.k = 100}));
  {
    IndexWriter writer = Value(IndexWriter::Open(folder()));
    Check(writer.Compact());
    Check(writer.Commit());
  }
  const auto after = Value(Open().SearchText("navy shirts", {.k = 100}));
  EXPECT_EQ(Ids(before), Ids(after));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].score, after[i].score);
}

TEST_F(IndexSearchTest, RefusesWhatMakesNoSense) {
  const ProductIndex index = Open();
  const auto code = [](const auto& result) { return result ? ErrorCode::kInternal : result.error().code; };
  EXPECT_EQ(code(index.Search({})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(index.Search({{std::vector<float>(255, 1.F)}})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(index.Search({{std::vector<float>(256, 0.F)}})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(index.Search({{std::vector<float>(256, NAN)}})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(index.Search({{RandomDirection(1)}}, {.k = 0})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(index.SearchText("the")), ErrorCode::kInvalidArgument);
}

TEST(EmptyIndex, FindsNothing) {
  const testing::TempFolder temp;
  Check(Value(IndexWriter::Open(temp.path() / "index")).Commit());
  const ProductIndex index = Value(ProductIndex::Open(temp.path() / "index"));
  EXPECT_THAT(Value(index.Search({{RandomDirection(1)}}, {.filters = {{"base_colour", "Red"}}})), IsEmpty());
  EXPECT_THAT(Value(index.SearchText("shirt")), IsEmpty());
  EXPECT_EQ(index.Stats().pictures, 0u);
}

}  // namespace
}  // namespace rv
