#include "groknet/inference/type_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "groknet/inference/embedding.h"
#include "groknet/inference/session.h"
#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Zeros(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += i == 0 ? "0.25" : ",0";
  return list;
}

// One axis; its bytes begin with 1, -1, 127. The means are the bytes 2 and -3.
std::string Sound() {
  return R"({"version":1,"center":[)" + Zeros(kCodeBits) +
         R"(],"variance":[9.5],"axes":{"scale":[0.5],"bytes":"Af9/)" + std::string(338, 'A') +
         R"(=="},"types":{"article_type":{"scale":[0.5,2],"bytes":"Av0=","max_relative_distance":2.5}}})";
}

class ReadTypeStatistics : public testing::Test {
 protected:
  Result<TypeStatistics> Read(const std::string& json) const { return ParseTypeStatistics(json, card_); }
  ModelCard card_ = *ParseModelCard(TinyCard());
};

TEST_F(ReadTypeStatistics, ReadsEveryField) {
  const auto read = Read(Sound());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->dims, 1U);
  EXPECT_EQ(read->center[0], 0.25);
  EXPECT_THAT(read->variance, ElementsAre(9.5));
  ASSERT_EQ(read->axes.size(), kCodeBits);
  EXPECT_THAT(std::vector<double>(read->axes.begin(), read->axes.begin() + 4),
              ElementsAre(0.5, -0.5, 63.5, 0));
  ASSERT_TRUE(read->heads[0]);
  EXPECT_THAT(read->heads[0]->means, ElementsAre(1, -6));
  EXPECT_EQ(read->heads[0]->max_relative_distance, 2.5);
  EXPECT_FALSE(read->heads[1]);
}

struct BadStatistics {
  const char* name;
  std::string from;
  std::string to;
  const char* said;
  ErrorCode code = ErrorCode::kCorrupt;
};
void PrintTo(const BadStatistics& bad, std::ostream* out) { *out << bad.name; }

class BadTypeStatistics : public testing::TestWithParam<BadStatistics> {};

TEST_P(BadTypeStatistics, AreRefusedByName) {
  const ModelCard card = *ParseModelCard(TinyCard());
  const auto read = ParseTypeStatistics(Replaced(Sound(), GetParam().from, GetParam().to), card);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, GetParam().code);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().said));
  EXPECT_FALSE(read.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    TypeStatistics,
    BadTypeStatistics,
    testing::Values(
        BadStatistics{"NoJson", "{\"version\"", "{version", "statistics of types"},
        BadStatistics{"LaterVersion", "\"version\":1", "\"version\":2", "version", ErrorCode::kUnsupported},
        BadStatistics{"ShortCenter", "[0.25,", "[", "center has 255"},
        BadStatistics{"NoAxis", "[9.5]", "[]", "variance"},
        BadStatistics{"NoVariance", "9.5", "0", "variance"},
        BadStatistics{"CenterIsText", "0.25", "\"a\"", "statistics of types"},
        BadStatistics{"TwoAxesForOne", "[9.5]", "[9.5,1]", "axes.scale has 1"},
        BadStatistics{"AxesTooShort", "Af9/AAAA", "Af9/", "axes.bytes holds 253"},
        BadStatistics{"NoBase64", "Av0=", "A!0=", "types.article_type.bytes is not base64"},
        BadStatistics{"TooFewMeans", "Av0=", "Ag==", "types.article_type.bytes holds 1"},
        BadStatistics{"NoSuchHead", "\"article_type\"", "\"species\"", "types.species"},
        BadStatistics{"NegativeLimit", "2.5", "-2.5", "types.article_type.max_relative_distance"}),
    [](const auto& bad) { return std::string(bad.param.name); });

// A field of a protocol buffer: tag, length, bytes.
std::string Field(int number, const std::string& bytes) {
  std::string field(1, static_cast<char>((number << 3) | 2));
  std::size_t length = bytes.size();
  for (; length > 127; length >>= 7) field += static_cast<char>((length & 127) | 128);
  return field + static_cast<char>(length) + bytes;
}

// The tiny model with one more entry of metadata (ModelProto.metadata_props, field 14).
Result<InferenceSession> LoadWith(const std::string& statistics) {
  const std::string entry = Field(1, kTypeStatisticsKey) + Field(2, statistics);
  const TempFile file("model.onnx", TinyModelBytes() + Field(14, entry));
  return InferenceSession::Load(file.path(), {.device = DeviceRequest::kCpu, .threads = 1});
}

TEST(TypeStatisticsOfAModel, AreLoadedWithItsCard) {
  const auto session = LoadWith(Sound());
  ASSERT_TRUE(session) << session.error().message;
  ASSERT_TRUE(session->card().type_statistics);
  EXPECT_EQ(session->card().type_statistics->dims, 1U);
}

TEST(TypeStatisticsOfAModel, ThatAreDamagedRefuseTheModel) {
  const auto session = LoadWith("{}");
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(session.error().message, HasSubstr("statistics of types"));
}

}  // namespace
}  // namespace rv
