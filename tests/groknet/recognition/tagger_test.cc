#include "groknet/recognition/tagger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "groknet/inference/find_model.h"
#include "groknet/recognition/fusion.h"
#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

using testing::HasSubstr;

const Image kRed = SquareOnWhite(90, 190, 0, 50);
const Image kBlue = Plain(70, 50, 0, 60, 200);

Tagger LoadTiny(int threads = 2) {
  auto tagger = Tagger::Load(TinyModel(), {.session = {.device = DeviceRequest::kCpu, .threads = threads}});
  EXPECT_TRUE(tagger) << tagger.error().message;
  return std::move(*tagger);
}

void ExpectSame(const ViewTags& a, const ViewTags& b) {
  EXPECT_EQ(a.verticals, b.verticals);
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.colors, b.colors);
  EXPECT_EQ(a.embedding.values, b.embedding.values);
  EXPECT_EQ(a.embedding.code, b.embedding.code);
  EXPECT_EQ(a.in_distribution_score, b.in_distribution_score);
  EXPECT_EQ(a.quality, b.quality);
}

TEST(Tagger, SaysWhatAPictureShows) {
  const Tagger tagger = LoadTiny();
  const std::vector<Image> views = {Plain(64, 64, 230, 20, 30), kBlue};
  const auto tags = tagger.Tag(views, {});
  ASSERT_TRUE(tags);
  const ViewTags& red = (*tags)[0];
  EXPECT_EQ(red.vertical, "fashion");
  EXPECT_EQ(FindAttribute(red.attributes, "article_type")->values.front().value, "Shirts");
  EXPECT_EQ(FindAttribute(red.attributes, "base_colour")->values.front().value, "Red");
  EXPECT_EQ(FindAttribute(red.attributes, "sleeve_length")->values.front().value, "Long Sleeves");
  EXPECT_FALSE(red.unknown);
  EXPECT_EQ(red.colors.front().term, "red");
  EXPECT_EQ(FindAttribute((*tags)[1].attributes, "article_type")->values.front().value, "Casual Shoes");
  EXPECT_EQ(FindAttribute((*tags)[1].attributes, "base_colour")->values.front().value, "Blue");
}

TEST(Tagger, GivesDistributionsOfEveryHead) {
  const Tagger tagger = LoadTiny();
  const auto tags = tagger.Tag({&kRed, 1}, {});
  ASSERT_TRUE(tags);
  ASSERT_EQ(tags->front().attributes.size(), 6U);
  for (const AttributeTags& attribute : tags->front().attributes) {
    double sum = 0;
    for (std::size_t i = 0; i < attribute.values.size(); ++i) {
      sum += attribute.values[i].probability;
      if (i == 0) continue;
      EXPECT_LE(attribute.values[i].probability, attribute.values[i - 1].probability);
    }
    EXPECT_NEAR(sum, 1, 1e-9) << attribute.name;
    EXPECT_GE(attribute.applicability, 0);
    EXPECT_LE(attribute.applicability, 1);
  }
}

TEST(Tagger, SleevesDoNotApplyToShoes) {
  const Tagger tagger = LoadTiny();
  const std::vector<Image> views = {Plain(64, 64, 230, 20, 30), kBlue};
  const auto tags = tagger.Tag(views, {});
  ASSERT_TRUE(tags);
  EXPECT_GT(FindAttribute((*tags)[0].attributes, "sleeve_length")->applicability, kApplicabilityForPeople);
  EXPECT_LT(FindAttribute((*tags)[1].attributes, "sleeve_length")->applicability, 0.1);
}

TEST(Tagger, TheSamePictureHasTheSameTagsInAnyCompanyAndOnAnyThreads) {
  std::vector<Image> views;
  for (unsigned i = 0; i < 70; ++i) views.push_back(Noise(20 + static_cast<int>(i), 33, 3, i));
  const Tagger one = LoadTiny(1);
  const Tagger three = LoadTiny(3);
  const auto together = one.Tag(views, {});
  const auto threaded = three.Tag(views, {});
  ASSERT_TRUE(together && threaded);
  for (std::size_t i = 0; i < views.size(); ++i) ExpectSame((*together)[i], (*threaded)[i]);
  for (const std::size_t i : {std::size_t{0}, std::size_t{13}, std::size_t{69}})
    ExpectSame(three.Tag({&views[i], 1}, {})->front(), (*together)[i]);
}

TEST(Tagger, TheCodeHoldsTheSignsOfTheEmbedding) {
  const Tagger tagger = LoadTiny();
  const Embedding embedding = tagger.Tag({&kRed, 1}, {})->front().embedding;
  double squares = 0;
  for (std::size_t i = 0; i < kCodeBits; ++i) {
    EXPECT_EQ((embedding.code[i / 8] >> (7 - i % 8)) & 1, embedding.values[i] >= 0 ? 1 : 0);
    squares += embedding.values[i] * embedding.values[i];
  }
  EXPECT_NEAR(squares, 1, 1e-5);
  EXPECT_EQ(CodeHex(embedding).size(), 64U);
  char first[3];
  std::snprintf(first, sizeof(first), "%02x", embedding.code[0]);
  EXPECT_EQ(CodeHex(embedding).substr(0, 2), first);
}

TEST(Tagger, AWhitePictureIsUnknownToAModelOfColors) {
  const Tagger tagger = LoadTiny();
  const Image white = Plain(40, 40, 250, 250, 250);
  const auto tags = tagger.Tag({&white, 1}, {});
  ASSERT_TRUE(tags);
  EXPECT_TRUE(tags->front().unknown);
  EXPECT_EQ(FuseViews(tagger.card(), *tags).title, "");
}

TEST(Tagger, TakesGrayAndMattedPictures) {
  const Tagger tagger = LoadTiny();
  const std::vector<Image> views = {Noise(30, 20, 1, 1), Noise(30, 20, 4, 2), Image::Make(1, 1, 3, 7)};
  EXPECT_TRUE(tagger.Tag(views, {}));
}

TEST(Tagger, RefusesAnEmptyPictureByItsNumber) {
  const Tagger tagger = LoadTiny();
  const std::vector<Image> views = {kRed, Image{}};
  const auto tags = tagger.Tag(views, {});
  ASSERT_FALSE(tags);
  EXPECT_EQ(tags.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(tags.error().message, HasSubstr("view 1"));
}

TEST(Tagger, CanBeCancelled) {
  const Tagger tagger = LoadTiny();
  const auto tags = tagger.Tag({&kRed, 1}, [](std::string_view, double) { return false; });
  ASSERT_FALSE(tags);
  EXPECT_EQ(tags.error().code, ErrorCode::kCancelled);
}

TEST(Tagger, FusesTheViewsOfAnItem) {
  const Tagger tagger = LoadTiny();
  // Three red views and one blue one: the item is a red shirt, and the views disagree.
  const std::vector<Image> views = {kRed, kRed, kRed, SquareOnWhite(90, 0, 60, 200)};
  const auto tags = tagger.Tag(views, {});
  ASSERT_TRUE(tags);
  const ItemTags item = FuseViews(tagger.card(), *tags);
  EXPECT_EQ(item.views, 4U);
  EXPECT_EQ(FindAttribute(item.attributes, "article_type")->values.front().value, "Shirts");
  EXPECT_GT(FindAttribute(item.attributes, "article_type")->disagreement, 0.01);
  EXPECT_EQ(item.colors.front().term, "red");
  const ItemTags agreed = FuseViews(tagger.card(), std::span(*tags).first(3));
  EXPECT_NEAR(FindAttribute(agreed.attributes, "article_type")->disagreement, 0, 1e-9);
  for (std::size_t h = 0; h < agreed.attributes.size(); ++h) {
    EXPECT_NEAR(agreed.attributes[h].applicability, tags->front().attributes[h].applicability, 1e-9);
    EXPECT_NEAR(agreed.attributes[h].values.front().probability,
                tags->front().attributes[h].values.front().probability, 1e-9);
  }
}

TEST(FindModel, NamesThePlacesItLookedAt) {
  unsetenv("ROTAVIEW_MODEL");
  const auto given = FindModel("no/such.onnx");
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(given.error().message, HasSubstr("no/such.onnx"));
  EXPECT_FALSE(given.error().remedy.empty());
  EXPECT_EQ(*FindModel(TinyModel()), TinyModel());
  setenv("ROTAVIEW_MODEL", TinyModel().c_str(), 1);
  EXPECT_EQ(*FindModel({}), TinyModel());
  setenv("ROTAVIEW_MODEL", "no/other.onnx", 1);
  EXPECT_THAT(FindModel({}).error().message, HasSubstr("no/other.onnx"));
  unsetenv("ROTAVIEW_MODEL");
}

}  // namespace
}  // namespace rv
