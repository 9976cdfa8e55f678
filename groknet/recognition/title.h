// A listing's title from an item's tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "groknet/recognition/tags.h"

namespace rv {

// "Navy checked cotton shirt, men's, long sleeves", "Audi S4 Sedan 2007", "White oak table", "Royal Gala
// apple", "Outfit: coat, jeans and boots". Only parts that apply (kAppliesForPeople) and are at least as
// likely as not are said; empty when the item is unknown or what it is cannot be said with that confidence.
// English.
std::string SuggestTitle(const ItemTags& item);

namespace recognition {

// What names the item: a value of one head.
struct NamedType {
  std::string head;
  std::string value;
};
// The type that SuggestTitle names: the most precise head that is sure. None for outfits, which are named by their
// parts, and where SuggestTitle says nothing.
std::optional<NamedType> TypeOf(const ItemTags& item);

// "Tshirts" -> "T-shirt", "Watches" -> "watch", "Casual Shoes" -> "casual shoes" (pairs stay plural).
std::string ArticleNoun(std::string_view article_type);
}  // namespace recognition

}  // namespace rv
