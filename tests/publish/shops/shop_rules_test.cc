#include "publish/shops/shop_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>

namespace rv::shops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Verdict = RuleResult::Verdict;

PackageFacts GoodFor(const Shop& shop) {
  return {.closed = true,
          .arc_deg = 360,
          .pictures = static_cast<std::size_t>(shop.counts.front()),
          .width_px = 1500,
          .height_px = 1500,
          .largest_bytes = 500'000,
          .format = shop.picture_format,
          .has_mattes = true,
          .white_edge = 1,
          .fill = shop.wanted_fill,
          .enlarged = 1.1,
          .elevation = Elevation{20, 1},
          .item_id = "B0ABCDEF12",
          .title = "Mug",
          .url_base = "https://example.com/"};
}

std::vector<std::string> Unmet(const char* shop, const std::function<void(PackageFacts&)>& damage = {}) {
  PackageFacts facts = GoodFor(*FindShop(shop));
  if (damage) damage(facts);
  std::vector<std::string> out;
  for (const RuleResult& rule : CheckRules(*FindShop(shop), facts))
    if (rule.verdict == Verdict::kNotMet) out.push_back(rule.id);
  return out;
}

TEST(ShopRules, EachHasAnIdOfItsOwnASourceAndADate) {
  for (const Shop& shop : AllShops()) {
    std::set<std::string> ids;
    for (const RuleResult& rule : CheckRules(shop, GoodFor(shop))) {
      EXPECT_TRUE(ids.insert(rule.id).second) << shop.name << " " << rule.id;
      EXPECT_FALSE(rule.text.empty() || rule.source.empty() || rule.says.empty()) << rule.id;
      EXPECT_TRUE(std::regex_match(rule.date, std::regex("20\\d\\d-\\d\\d-\\d\\d"))) << rule.date;
      EXPECT_NE(rule.verdict, Verdict::kNotMet) << shop.name << " " << rule.id << ": " << rule.says;
    }
    EXPECT_FALSE(ids.empty()) << shop.name;
  }
}

TEST(ShopRules, EachFaultIsFoundByItsRuleAlone) {
  EXPECT_THAT(Unmet("amazon"), IsEmpty());
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.closed = false; }), ElementsAre("turn"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.pictures = 36; }), ElementsAre("count"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.most_off_deg = 3; }), ElementsAre("count"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.width_px = f.height_px = 1499; }), ElementsAre("size"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.width_px = f.height_px = 2501; }), ElementsAre("size"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.width_px = 1501; }), ElementsAre("square"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.format = "webp"; }), ElementsAre("format"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.white_edge = 0.98; }), ElementsAre("background"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.has_mattes = false; }), ElementsAre("background"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.fill = 0.84; }), ElementsAre("fill"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.cut = {4}; }), ElementsAre("whole"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.elevation = Elevation{45, 1}; }), ElementsAre("elevation"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.elevation = Elevation{20, 15}; }), ElementsAre("level"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.elevation.reset(); }), IsEmpty());
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.enlarged = 1.6; }), ElementsAre("pixels"));
  EXPECT_THAT(Unmet("amazon", [](auto& f) { f.item_id = "shoe"; }), ElementsAre("package"));
  EXPECT_THAT(Unmet("walmart", [](auto& f) { f.largest_bytes = 1'500'001; }), ElementsAre("bytes"));
  EXPECT_THAT(Unmet("walmart", [](auto& f) { f.pictures = 23; }), ElementsAre("count"));
  EXPECT_THAT(Unmet("google", [](auto& f) { f.width_px = f.height_px = 499; }), ElementsAre("size"));
  EXPECT_THAT(Unmet("google", [](auto& f) { f.url_base.clear(); }), ElementsAre("address"));
  EXPECT_THAT(Unmet("google", [](auto& f) { f.title.clear(); }), ElementsAre("name"));
  EXPECT_THAT(Unmet("google", [](auto& f) { f.model_bytes = 16'000'000; }), ElementsAre("model"));
  EXPECT_THAT(Unmet("json-ld", [](auto& f) { f.title.clear(); }), ElementsAre("name"));
}

TEST(ShopRules, AsinsHaveTenCapitalsAndDigits) {
  EXPECT_TRUE(IsAsin("B0ABCDEF12"));
  for (const char* wrong : {"", "B0ABCDEF1", "B0ABCDEF123", "b0abcdef12", "B0ABCDEF-2"})
    EXPECT_FALSE(IsAsin(wrong)) << wrong;
}

}  // namespace
}  // namespace rv::shops
