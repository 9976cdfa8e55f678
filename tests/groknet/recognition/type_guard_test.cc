#include "groknet/recognition/type_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "groknet/inference/embedding.h"
#include "groknet/recognition/fusion.h"
#include "groknet/recognition/tagger.h"
#include "groknet/recognition/tags_json.h"
#include "tests/groknet/tiny_model.h"

namespace rv::recognition {
namespace {

using testing::HasSubstr;
using testing::Not;

// y is five times the first two numbers of an embedding, less one.
TypeStatistics TwoAxes(const ModelCard& card) {
  TypeStatistics statistics{.dims = 2};
  statistics.center.assign(kCodeBits, 0);
  statistics.center[0] = statistics.center[1] = 0.2;
  statistics.axes.assign(2 * kCodeBits, 0);
  statistics.axes[0] = statistics.axes[kCodeBits + 1] = 5;
  statistics.variance = {4, 1};
  statistics.heads.resize(card.heads.size());
  // Shirts, Casual Shoes
  statistics.heads[0] = {.means = {2, 0, 0, 1}, .max_relative_distance = 0.705};
  return statistics;
}

ViewTags View(float x, float y) {
  std::vector<float> values(kCodeBits);
  values[0] = x;
  values[1] = y;
  return {.embedding = MakeEmbedding(values)};
}

class TypeGuard : public testing::Test {
 protected:
  void SetUp() override { card_.type_statistics = TwoAxes(card_); }
  bool Looks(const char* head, const char* value, const std::vector<double>& weights = {0.5, 0.5}) const {
    return LooksLikeType(card_, head, value, views_, weights);
  }

  ModelCard card_ = *ParseModelCard(TinyCard());
  std::vector<ViewTags> views_ = {View(0.6F, 0.8F), View(0, 1)};
};

TEST_F(TypeGuard, DividesTheDistanceToTheTypeByTheOneToAllPictures) {
  // y = (2, 3): to all 4 / 4 + 9 = 10, to a shirt 0 + 9, to a shoe 4 + 4.
  const std::vector<float>& first = views_[0].embedding.values;
  EXPECT_NEAR(RelativeDistance(*card_.type_statistics, 0, 0, first), 0.9, 1e-6);
  EXPECT_NEAR(RelativeDistance(*card_.type_statistics, 0, 1, first), 0.8, 1e-6);
  // y = (-1, 4): to all 1 / 4 + 16, to a shoe 1 + 9.
  EXPECT_NEAR(RelativeDistance(*card_.type_statistics, 0, 1, views_[1].embedding.values), 10 / 16.25, 1e-6);
}

TEST_F(TypeGuard, TakesViewsTogetherAsAGeometricMean) {
  EXPECT_TRUE(Looks("article_type", "Casual Shoes"));  // 0.7017; the arithmetic mean is 0.7077
  card_.type_statistics->heads[0]->max_relative_distance = 0.7;
  EXPECT_FALSE(Looks("article_type", "Casual Shoes"));
}

TEST_F(TypeGuard, WeighsTheViews) {
  EXPECT_TRUE(Looks("article_type", "Casual Shoes", {0.1, 0.9}));   // 0.632
  EXPECT_FALSE(Looks("article_type", "Casual Shoes", {0.9, 0.1}));  // 0.779
}

TEST_F(TypeGuard, JudgesTheTypeThatIsNamed) { EXPECT_FALSE(Looks("article_type", "Shirts")); }  // 0.966

TEST_F(TypeGuard, LetsPassWhatTheStatisticsDoNotCover) {
  EXPECT_TRUE(Looks("home_type", "chair"));  // no means
  EXPECT_TRUE(Looks("no_such_head", "Shirts"));
  card_.type_statistics.reset();
  EXPECT_TRUE(Looks("article_type", "Shirts"));  // an older model
}

TEST_F(TypeGuard, AnEmbeddingAtTheCenterIsUnlikeEveryType) {
  card_.type_statistics->center = {views_[0].embedding.values.begin(), views_[0].embedding.values.end()};
  EXPECT_GT(RelativeDistance(*card_.type_statistics, 0, 0, views_[0].embedding.values), 1e6);
}

// What the tiny model says of a red picture, with shirts `factor` times as far from the center as the picture.
ItemTags RedItem(const Tagger& tagger, std::optional<double> factor) {
  const Image red = Plain(64, 64, 230, 20, 30);
  const std::vector<ViewTags> views = *tagger.Tag({&red, 1}, {});
  ModelCard card = tagger.card();
  if (factor) {
    TypeStatistics& statistics = card.type_statistics.emplace();
    const std::vector<float>& place = views[0].embedding.values;
    statistics.dims = 1;
    statistics.center.assign(kCodeBits, 0);
    statistics.axes.assign(place.begin(), place.end());  // y = 1
    statistics.variance = {1};
    statistics.heads.resize(card.heads.size());
    statistics.heads[0] = {.means = {*factor, 0}, .max_relative_distance = 2};
  }
  return FuseViews(card, views);
}

Tagger Tiny(int threads) {
  return std::move(
      *Tagger::Load(TinyModel(), {.session = {.device = DeviceRequest::kCpu, .threads = threads}}));
}

TEST(TypeGuardOfAnItem, KeepsTheTypeOfAPictureThatIsNear) {
  const ItemTags item = RedItem(Tiny(2), 2.4);  // (1 - 2.4)^2 = 1.96
  EXPECT_THAT(item.title, HasSubstr("shirt"));
  EXPECT_EQ(item.no_type, NoType::kNamed);
  EXPECT_THAT(TagsJson("a.jpg", item), Not(HasSubstr("no_type")));
}

TEST(TypeGuardOfAnItem, NamesNoTypeForAPictureThatIsFarFromEverything) {
  for (const int threads : {1, 3}) {
    const ItemTags item = RedItem(Tiny(threads), -9);
    EXPECT_EQ(item.title, "");
    EXPECT_EQ(item.no_type, NoType::kUnlikeType);
    EXPECT_THAT(TagsJson("a.jpg", item), HasSubstr(R"("title":"","no_type":"unlike_type")"));
    // What the item is made of stays.
    EXPECT_EQ(FindAttribute(item.attributes, "base_colour")->values.front().value, "Red");
  }
}

TEST(TypeGuardOfAnItem, AModelWithoutStatisticsNamesAsBefore) {
  const Tagger tagger = Tiny(2);
  EXPECT_FALSE(tagger.card().type_statistics);
  EXPECT_EQ(RedItem(tagger, {}).title, RedItem(tagger, 1).title);
  EXPECT_NE(RedItem(tagger, {}).title, "");
}

TEST(TypeGuardOfAnItem, SaysWhetherTheItemIsUnknownOrTheModelUnsure) {
  const Tagger tagger = Tiny(2);
  const Image white = Plain(40, 40, 250, 250, 250);
  std::vector<ViewTags> views = *tagger.Tag({&white, 1}, {});
  EXPECT_EQ(FuseViews(tagger.card(), views).no_type, NoType::kUnknown);
  views[0].unknown = false;
  for (ValueProbability& vertical : views[0].verticals) vertical.probability = 1.0 / 3;
  const ItemTags unsure = FuseViews(tagger.card(), views);
  EXPECT_EQ(unsure.no_type, NoType::kUnsure);
  EXPECT_THAT(TagsJson("a.jpg", unsure), HasSubstr(R"("no_type":"unsure")"));
}

}  // namespace
}  // namespace rv::recognition
