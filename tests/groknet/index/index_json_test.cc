#include "groknet/index/index_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/groknet/index/made_up_products.h"

namespace rv {
namespace {

TEST(MatchesJson, IsOneLineOfJson) {
  const std::string line =
      MatchesJson("q\n", {{.score = 0.5, .kind = MatchKind::kWeak, .entry = testing::MadeUpEntry(0)}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["matches"][0]["rank"], 1);
  EXPECT_EQ(json["matches"][0]["match"], "weak");
  EXPECT_EQ(json["matches"][0]["attributes"]["base_colour"][0]["value"], "Red");
}

TEST(IndexResults, SayHowManyPicturesAreMeant) {
  EXPECT_EQ(AddedJson(3), R"({"event":"result","added":3})");
  EXPECT_EQ(DeletedJson(2), R"({"event":"result","deleted":2})");
  EXPECT_EQ(CompactedJson(), R"({"event":"result"})");
}

}  // namespace
}  // namespace rv
