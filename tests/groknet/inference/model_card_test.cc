#include "groknet/inference/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

using testing::HasSubstr;

TEST(ModelCard, IsReadWhole) {
  const auto card = ParseModelCard(TinyCard());
  ASSERT_TRUE(card) << card.error().message;
  EXPECT_EQ(card->name, "tiny");
  EXPECT_EQ(card->input_size, 32);
  EXPECT_EQ(card->verticals.size(), 3U);
  ASSERT_EQ(card->heads.size(), 6U);
  EXPECT_EQ(card->logits, 17U);
  const HeadCard& sleeves = card->heads[2];
  EXPECT_EQ(sleeves.name, "sleeve_length");
  EXPECT_EQ(sleeves.offset, 7U);
  EXPECT_EQ(sleeves.parent, 0U);
  EXPECT_EQ(sleeves.parent_share, (std::vector<double>{0.9, 0}));
  EXPECT_EQ(card->heads[4].vertical_index, 1U);
  EXPECT_DOUBLE_EQ(card->min_in_distribution_score, 0.2);
  EXPECT_EQ(card->subject_cells, 8);
}

struct BadCard {
  const char* name;
  std::string from;
  std::string to;
  const char* said;
  ErrorCode code = ErrorCode::kCorrupt;
};
void PrintTo(const BadCard& bad, std::ostream* out) { *out << bad.name; }

class BadCards : public testing::TestWithParam<BadCard> {};

TEST_P(BadCards, AreRefusedByName) {
  const auto card = ParseModelCard(Replaced(TinyCard(), GetParam().from, GetParam().to));
  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().code, GetParam().code);
  EXPECT_THAT(card.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    ModelCard,
    BadCards,
    testing::Values(
        BadCard{"NoJson", "{\"format\"", "{format", "metadata"},
        BadCard{"LaterFormat", "\"format\":1", "\"format\":2", "format", ErrorCode::kUnsupported},
        BadCard{"OtherResize", "squash-triangle", "crop", "resize", ErrorCode::kUnsupported},
        BadCard{"OtherOrder", "\"RGB\"", "\"BGR\"", "order", ErrorCode::kUnsupported},
        BadCard{"NoSize", "\"size\":32,", "", "size"},
        BadCard{"ValueTwice", "\"Casual Shoes\"", "\"Shirts\"", "Shirts"},
        BadCard{"HeadTwice", "\"name\":\"make\"", "\"name\":\"home_type\"", "home_type is there twice"},
        BadCard{"NoSuchVertical", "\"vertical\":\"auto\"", "\"vertical\":\"cars\"", "vertical"},
        BadCard{"Overlap", "\"offset\":2", "\"offset\":1", "begins at 1, not 2"},
        BadCard{"ZeroTemperature", "\"temperature\":1.5", "\"temperature\":0", "temperature"},
        BadCard{"TemperatureIsText", "\"temperature\":1.5", "\"temperature\":\"hot\"", "temperature"},
        BadCard{"NoSuchParent", "{\"head\":\"article_type\"", "{\"head\":\"species\"", "species"},
        BadCard{"ShareOfNoValue", "{\"Shirts\":0.9}", "{\"Hats\":0.9}", "Hats"},
        BadCard{"ShareAboveOne", "{\"Shirts\":0.9}", "{\"Shirts\":1.9}", "Shirts"},
        BadCard{"ThresholdAboveOne", "\"min_familiarity\":0.2", "\"min_familiarity\":2", "min_familiarity"},
        BadCard{"OneCell", "\"cells\":8", "\"cells\":1", "cells"},
        BadCard{"OtherCode", "\"code_bits\":256", "\"code_bits\":128", "256", ErrorCode::kUnsupported}),
    [](const auto& bad) { return std::string(bad.param.name); });

class ModelShapes : public testing::Test {
 protected:
  ModelCard card_ = *ParseModelCard(TinyCard());
  std::vector<TensorShape> inputs_ = {{.name = "image", .dims = {-1, 3, 32, 32}}};
  std::vector<TensorShape> outputs_ = {{.name = "embedding", .dims = {-1, 256}},
                                       {.name = "logits", .dims = {-1, 17}},
                                       {.name = "vertical", .dims = {-1, 3}},
                                       {.name = "familiarity", .dims = {-1}},
                                       {.name = "subject", .dims = {-1, 8, 8}}};
  std::string Refusal() {
    const Status status = CheckModelShapes(card_, inputs_, outputs_);
    return status ? "" : status.error().message;
  }
};

TEST_F(ModelShapes, AsTheCardSaysAreTaken) { EXPECT_EQ(Refusal(), ""); }

TEST_F(ModelShapes, AWidthThatTheExporterLeftOpenIsTaken) {
  outputs_[0].dims[1] = -1;
  EXPECT_EQ(Refusal(), "");
}

TEST_F(ModelShapes, ToFewLogitsForTheLabelsAreRefused) {
  outputs_[1].dims[1] = 16;
  EXPECT_THAT(Refusal(), HasSubstr("'logits' is [N, 16], its card says [N, 17]"));
}

TEST_F(ModelShapes, AnotherPictureSizeIsRefused) {
  inputs_[0].dims = {-1, 3, 64, 64};
  EXPECT_THAT(Refusal(), HasSubstr("'image'"));
}

TEST_F(ModelShapes, AFixedBatchIsRefused) {
  inputs_[0].dims[0] = 1;
  EXPECT_THAT(Refusal(), HasSubstr("'image'"));
}

TEST_F(ModelShapes, OtherNumbersThanFloat32AreRefused) {
  inputs_[0].float32 = false;
  EXPECT_THAT(Refusal(), HasSubstr("float32"));
}

TEST_F(ModelShapes, AModelWithoutASubjectNeedsNoSuchOutput) {
  card_.subject_cells = 0;
  outputs_.pop_back();
  EXPECT_EQ(Refusal(), "");
}

TEST_F(ModelShapes, AMissingOutputIsRefused) {
  outputs_.pop_back();
  EXPECT_THAT(Refusal(), HasSubstr("subject"));
  outputs_.pop_back();
  EXPECT_THAT(Refusal(), HasSubstr("familiarity"));
}

}  // namespace
}  // namespace rv
