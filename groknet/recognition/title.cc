#include "groknet/recognition/title.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <vector>

namespace rv {
namespace {

constexpr double kConfident = 0.5;
constexpr double kConfidentBrand = 0.8;  // a wrong brand is worse than none
// Seven classes for everything in a home: it has to choose one, so that it is often half sure of a wrong one.
constexpr double kConfidentFurniture = 0.9;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// "stainless_steel", "Royal-Gala" -> words.
std::string Words(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '_', ' ');
  std::ranges::replace(out, '-', ' ');
  return out;
}

std::string Capitalised(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// The value of an attribute where it is sure enough to be said, else empty.
std::string Sure(const ItemTags& item, std::string_view attribute, double least = kConfident) {
  const AttributeTags* tags = FindAttribute(item.attributes, attribute);
  if (tags == nullptr || tags->values.empty() || tags->applicability < kApplicabilityForPeople) return "";
  return tags->values.front().probability >= least ? tags->values.front().value : "";
}

void Append(std::string& text, const std::string& word) {
  if (!word.empty()) text += (text.empty() ? "" : " ") + word;
}

// The value said for another, or the value in lower case words; "" leaves it out.
std::string Said(const std::map<std::string, std::string, std::less<>>& instead, const std::string& value) {
  const auto found = instead.find(value);
  return found == instead.end() ? Lower(Words(value)) : found->second;
}

std::string Color(const std::string& value) {
  static const std::map<std::string, std::string, std::less<>> instead = {{"Navy Blue", "navy"},
                                                                          {"Multi", "multicolour"},
                                                                          {"Skin", "nude"},
                                                                          {"Turquoise Blue", "turquoise"},
                                                                          {"Off White", "off-white"},
                                                                          {"Grey Melange", "grey melange"},
                                                                          {"clear", ""}};
  return Said(instead, value);
}

// Only patterns that read as adjectives.
std::string Pattern(const std::string& value) {
  for (const char* said : {"Printed", "Striped", "Checked", "Embellished", "Washed", "Patterned"})
    if (value == said) return Lower(value);
  return "";
}

std::string Wearer(const std::string& gender) {
  static const std::map<std::string, std::string, std::less<>> said = {
      {"Men", "men's"}, {"Women", "women's"}, {"Girls", "girls'"}, {"Boys", "boys'"}};
  return Said(said, gender);
}

std::string FashionTitle(const ItemTags& item) {
  const std::string article = Sure(item, "article_type");
  if (article.empty()) return "";
  std::string title = Sure(item, "brand", kConfidentBrand);
  Append(title, Color(Sure(item, "base_colour")));
  Append(title, Pattern(Sure(item, "pattern")));
  const std::string fabric = Sure(item, "fabric");
  const std::string material = fabric.empty() || fabric == "Blended" ? Sure(item, "material") : fabric;
  Append(title, Lower(material));
  Append(title, recognition::ArticleNoun(article));
  for (const std::string& detail : {Wearer(Sure(item, "gender")), Lower(Sure(item, "sleeve_length"))})
    if (!detail.empty()) title += ", " + detail;
  return title;
}

std::string HomeNoun(const std::string& type) {
  static const std::map<std::string, std::string, std::less<>> nouns = {
      {"lamp_light", "lamp"},
      {"table_desk", "table"},
      {"curtain_blind", "curtain"},
      {"box_basket", "storage box"},
      {"rug_mat", "rug"},
      {"stool_bench", "stool"},
      {"bathroom", "bathroom fitting"},
      {"frame_decor", "picture frame"},
      {"bed_textile", "bed linen"},
      {"chest_drawers", "chest of drawers"},
      {"vase_jar", "vase"},
      {"cabinet_storage", "cabinet"},
      {"hardware_part", "furniture part"},
      {"kitchen_fixture", "kitchen fitting"},
      {"tv", "TV"}};
  return Said(nouns, type);
}

std::string HomeTitle(const ItemTags& item) {
  std::string type = Sure(item, "home_type");
  if (type.empty()) type = Sure(item, "furniture_class", kConfidentFurniture);
  if (type.empty()) return "";
  static const std::map<std::string, std::string, std::less<>> materials = {{"other_wood", "wooden"},
                                                                            {"synthetic_textile", ""}};
  std::string title = Color(Sure(item, "home_colour"));
  Append(title, Said(materials, Sure(item, "home_material")));
  Append(title, HomeNoun(type));
  return title;
}

std::string AutoTitle(const ItemTags& item) {
  const std::string model = Sure(item, "make_model_year");
  if (!model.empty()) return model;
  std::string title = Sure(item, "make");
  std::string body = Sure(item, "body_type");
  if (body.empty()) body = Sure(item, "vehicle_class");
  if (body.empty() && !title.empty()) body = "car";
  Append(title, body == "SUV" ? body : Lower(body));
  return title;
}

std::string GroceryTitle(const ItemTags& item) {
  const std::string fine = Words(Sure(item, "grocery_fine"));
  const std::string coarse = Words(Sure(item, "grocery_coarse"));
  std::string title = fine.empty() ? coarse : fine;
  if (!fine.empty() && !coarse.empty() && Lower(fine).find(Lower(coarse)) == std::string::npos)
    Append(title, Lower(coarse));
  return title.empty() ? Words(Sure(item, "object_class")) : title;
}

std::string OutfitTitle(const ItemTags& item) {
  std::vector<std::string> parts;
  for (const char* head : {"ccp_outer", "ccp_onepiece", "ccp_upper", "ccp_lower", "ccp_footwear"}) {
    const std::string part = Sure(item, head);
    if (!part.empty() && part != "none") parts.push_back(part);
  }
  if (parts.size() < 2) return "";
  std::string title = "Outfit: " + parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) title += (i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return title;
}

struct NamingHead {
  std::string_view vertical;
  std::string_view name;
  double least = kConfident;
};

// The heads that name a type, in the order in which the titles above ask them.
constexpr std::array<NamingHead, 10> kNamingHeads = {{{"fashion", "article_type"},
                                                      {"home_decor", "home_type"},
                                                      {"home_decor", "furniture_class", kConfidentFurniture},
                                                      {"auto", "make_model_year"},
                                                      {"auto", "body_type"},
                                                      {"auto", "vehicle_class"},
                                                      {"auto", "make"},
                                                      {"grocery_other", "grocery_fine"},
                                                      {"grocery_other", "grocery_coarse"},
                                                      {"grocery_other", "object_class"}}};

using Maker = std::string (*)(const ItemTags&);

Maker MakerFor(std::string_view vertical) {
  constexpr std::array<std::pair<std::string_view, Maker>, 5> kMakers = {{{"fashion", FashionTitle},
                                                                          {"home_decor", HomeTitle},
                                                                          {"auto", AutoTitle},
                                                                          {"grocery_other", GroceryTitle},
                                                                          {"layered_garments", OutfitTitle}}};
  const auto* found = std::ranges::find(kMakers, vertical, [](const auto& maker) { return maker.first; });
  return found == kMakers.end() ? nullptr : found->second;
}

}  // namespace

std::string SuggestTitle(const ItemTags& item) {
  if (item.unknown || item.vertical_probability < kConfident) return "";
  const Maker make = MakerFor(item.vertical);
  return make == nullptr ? "" : Capitalised(make(item));
}

namespace recognition {

std::optional<NamedType> TypeOf(const ItemTags& item) {
  if (item.unknown || item.vertical_probability < kConfident) return std::nullopt;
  for (const NamingHead& head : kNamingHeads) {
    if (head.vertical != item.vertical) continue;
    const std::string value = Sure(item, head.name, head.least);
    if (!value.empty()) return NamedType{std::string(head.name), value};
  }
  return std::nullopt;
}

std::string ArticleNoun(std::string_view article_type) {
  static const std::map<std::string, std::string, std::less<>> nouns = {
      {"Tshirts", "T-shirt"},        {"Scarves", "scarf"},       {"Dresses", "dress"},
      {"Watches", "watch"},          {"Clutches", "clutch"},     {"Necklace and Chains", "necklace"},
      {"Night suits", "night suit"}, {"Kurta Sets", "kurta set"}};
  // Sold as pairs, or plural by nature.
  static constexpr std::string_view kPlurals[] = {"shoes", "heels",  "sandals",  "flops",    "sunglasses",
                                                  "jeans", "socks",  "shorts",   "flats",    "trousers",
                                                  "pants", "capris", "leggings", "earrings", "cufflinks"};
  const auto found = nouns.find(article_type);
  if (found != nouns.end()) return found->second;
  std::string noun = Lower(article_type);
  const bool plural =
      std::ranges::any_of(kPlurals, [&](std::string_view word) { return noun.ends_with(word); });
  if (!plural && noun.ends_with('s') && !noun.ends_with("ss")) noun.pop_back();
  return noun;
}

}  // namespace recognition
}  // namespace rv
