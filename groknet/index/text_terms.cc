#include "groknet/index/text_terms.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rv {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 14> kLeftOut = {"a",  "an", "and", "at", "by",  "for", "from",
                                                       "in", "of", "on",  "or", "the", "to",  "with"};
constexpr std::array<Pair, 20> kSameAs = {{
    {"aluminum", "aluminium"},
    {"auto", "car"},
    {"automobile", "car"},
    {"children", "child"},
    {"color", "colour"},
    {"couch", "sofa"},
    {"feet", "foot"},
    {"gray", "grey"},
    {"jewelry", "jewellery"},
    {"kid", "child"},
    {"knives", "knife"},
    {"lady", "woman"},
    {"men", "man"},
    {"pant", "trouser"},
    {"scarves", "scarf"},
    {"settee", "sofa"},
    {"shelves", "shelf"},
    {"tee", "tshirt"},
    {"women", "woman"},
    {"checkered", "checked"},
}};

bool IsLetter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9');
}

std::string_view Canonical(std::string_view word) {
  for (const Pair& pair : kSameAs)
    if (pair.first == word) return pair.second;
  return word;
}

// "dresses" -> "dress", "bodies" -> "body", "shoes" -> "shoe"; "dress", "bus" and short words stay.
std::string Singular(std::string word) {
  const auto ends = [&](std::string_view tail) { return word.ends_with(tail); };
  if (word.size() <= 3 || !ends("s") || ends("ss") || ends("us") || ends("is")) return word;
  if (ends("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
  if (ends("sses") || ends("shes") || ends("ches") || ends("xes")) return word.substr(0, word.size() - 2);
  word.pop_back();
  return word;
}

// Runs of letters; an apostrophe inside a word is dropped ("men's" -> "mens").
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  const std::string lower = LowerCase(text);
  for (const char c : lower) {
    if (IsLetter(c)) {
      if (!inside) words.emplace_back();
      words.back() += c;
    }
    inside = IsLetter(c) || (inside && c == '\'');
  }
  return words;
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::vector<std::string> TextTerms(std::string_view text) {
  std::vector<std::string> terms;
  std::string letter;  // a lone one, to be joined onto the next word
  for (const std::string& word : Words(text)) {
    if (std::ranges::find(kLeftOut, word) != kLeftOut.end()) continue;
    if (word.size() == 1 && letter.empty() && word[0] >= 'a') {
      letter = word;
      continue;
    }
    // Irregular plurals first ("knives"), then endings, then what a singular is the same as ("pants").
    terms.emplace_back(Canonical(Singular(std::string(Canonical(letter + word)))));
    letter.clear();
  }
  if (!letter.empty()) terms.push_back(letter);
  return terms;
}

}  // namespace rv
