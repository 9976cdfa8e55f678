#include "groknet/recognition/title.h"

#include <gtest/gtest.h>

namespace rv {
namespace {

struct Tag {
  const char* name;
  const char* value;
  double probability = 0.8;
  double applicability = 0.9;
};

ItemTags Item(const char* vertical, const std::vector<Tag>& tags) {
  ItemTags item{.vertical = vertical, .vertical_probability = 0.9, .views = 1};
  for (const Tag& tag : tags)
    item.attributes.push_back({.name = tag.name,
                               .vertical = vertical,
                               .applicability = tag.applicability,
                               .values = {{tag.value, tag.probability}, {"Other", 1 - tag.probability}}});
  return item;
}

const std::vector<Tag> kShirt = {{"article_type", "Shirts"}, {"base_colour", "Navy Blue"},
                                 {"pattern", "Checked"},     {"fabric", "Cotton"},
                                 {"gender", "Men"},          {"sleeve_length", "Long Sleeves"}};

TEST(Title, SaysAllThatIsSure) {
  EXPECT_EQ(SuggestTitle(Item("fashion", kShirt)), "Navy checked cotton shirt, men's, long sleeves");
}

TEST(Title, LeavesOutWhatIsNotSure) {
  std::vector<Tag> tags = kShirt;
  tags[1].probability = 0.4;
  tags[4].probability = 0.45;
  EXPECT_EQ(SuggestTitle(Item("fashion", tags)), "Checked cotton shirt, long sleeves");
}

TEST(Title, LeavesOutWhatDoesNotApply) {
  std::vector<Tag> tags = kShirt;
  tags[5].applicability = 0.1;
  EXPECT_EQ(SuggestTitle(Item("fashion", tags)), "Navy checked cotton shirt, men's");
}

TEST(Title, IsEmptyWhereTheThingItselfIsNotSure) {
  std::vector<Tag> tags = kShirt;
  tags[0].probability = 0.3;
  EXPECT_EQ(SuggestTitle(Item("fashion", tags)), "");
  ItemTags unknown = Item("fashion", kShirt);
  unknown.unknown = true;
  EXPECT_EQ(SuggestTitle(unknown), "");
  ItemTags unsure = Item("fashion", kShirt);
  unsure.vertical_probability = 0.4;
  EXPECT_EQ(SuggestTitle(unsure), "");
  EXPECT_EQ(SuggestTitle(Item("multiview", {})), "");
}

TEST(Title, OneOfSevenKindsOfFurnitureIsSaidOnlyWhenVerySure) {
  EXPECT_EQ(
      SuggestTitle(Item("home_decor", {{"furniture_class", "cupboard", 0.8}, {"home_material", "ceramic"}})),
      "");
  EXPECT_EQ(
      SuggestTitle(Item("home_decor", {{"furniture_class", "cupboard", 0.95}, {"home_material", "pine"}})),
      "Pine cupboard");
}

TEST(Title, NamesABrandOnlyWhenVerySure) {
  EXPECT_EQ(
      SuggestTitle(Item(
          "fashion", {{"article_type", "Sports Shoes"}, {"brand", "Nike", 0.7}, {"base_colour", "White"}})),
      "White sports shoes");
  EXPECT_EQ(
      SuggestTitle(Item(
          "fashion", {{"article_type", "Sports Shoes"}, {"brand", "Nike", 0.9}, {"base_colour", "White"}})),
      "Nike white sports shoes");
}

TEST(Title, OfOtherKinds) {
  EXPECT_EQ(SuggestTitle(Item(
                "auto",
                {{"make", "Audi"}, {"body_type", "Sedan"}, {"make_model_year", "Audi S4 Sedan 2007", 0.3}})),
            "Audi sedan");
  EXPECT_EQ(SuggestTitle(Item("auto", {{"make", "Audi"}, {"make_model_year", "Audi S4 Sedan 2007"}})),
            "Audi S4 Sedan 2007");
  EXPECT_EQ(
      SuggestTitle(Item("home_decor",
                        {{"home_type", "table_desk"}, {"home_colour", "white"}, {"home_material", "oak"}})),
      "White oak table");
  EXPECT_EQ(
      SuggestTitle(Item("home_decor",
                        {{"home_type", "vase_jar"}, {"home_colour", "clear"}, {"home_material", "glass"}})),
      "Glass vase");
  EXPECT_EQ(
      SuggestTitle(Item("grocery_other", {{"grocery_fine", "Royal-Gala"}, {"grocery_coarse", "Apple"}})),
      "Royal Gala apple");
  EXPECT_EQ(SuggestTitle(Item("grocery_other",
                              {{"grocery_fine", "Arla-Natural-Yoghurt"}, {"grocery_coarse", "Yoghurt"}})),
            "Arla Natural Yoghurt");
  EXPECT_EQ(SuggestTitle(Item("grocery_other", {{"object_class", "grand_piano"}})), "Grand piano");
  EXPECT_EQ(
      SuggestTitle(Item(
          "layered_garments",
          {{"ccp_outer", "coat"}, {"ccp_upper", "none"}, {"ccp_lower", "jeans"}, {"ccp_footwear", "boots"}})),
      "Outfit: coat, jeans and boots");
}

TEST(Title, Nouns) {
  using recognition::ArticleNoun;
  EXPECT_EQ(recognition::ArticleNoun("Tshirts"), "T-shirt");
  EXPECT_EQ(recognition::ArticleNoun("Watches"), "watch");
  EXPECT_EQ(recognition::ArticleNoun("Dresses"), "dress");
  EXPECT_EQ(recognition::ArticleNoun("Casual Shoes"), "casual shoes");
  EXPECT_EQ(recognition::ArticleNoun("Jeans"), "jeans");
  EXPECT_EQ(recognition::ArticleNoun("Flip Flops"), "flip flops");
  EXPECT_EQ(recognition::ArticleNoun("Sarees"), "saree");
  EXPECT_EQ(recognition::ArticleNoun("Perfume and Body Mist"), "perfume and body mist");
  EXPECT_EQ(recognition::ArticleNoun("Compact"), "compact");
}

}  // namespace
}  // namespace rv
