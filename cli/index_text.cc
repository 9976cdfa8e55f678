#include "cli/index_text.h"

#include <cstdio>

#include "base/text.h"

namespace rv::cli {
namespace {

// What an entry is, in about a line.
std::string Words(const IndexEntry& entry) {
  std::string words = entry.title;
  std::string last;
  for (const IndexAttribute& attribute : entry.attributes) {
    if (attribute.name == last) continue;  // the best value of each
    last = attribute.name;
    if (words.size() < 100) words += (words.empty() ? "" : ", ") + attribute.value;
  }
  for (const std::string& tag : entry.tags)
    if (words.size() < 100) words += (words.empty() ? "" : ", ") + tag;
  return words;
}

}  // namespace

std::string Count(std::size_t count, const char* what) {
  return Text(count, " ", what, count == 1 ? "" : "s");
}

std::string MatchesText(const std::string& query, const std::vector<ProductMatch>& matches) {
  std::string text = query + ":";
  if (matches.empty()) text += "\n  nothing found";
  for (const ProductMatch& match : matches) {
    char score[32];
    std::snprintf(score, sizeof(score), "%7.3f  %-7s  ", match.score, MatchKindName(match.kind).data());
    text += Text("\n", score, match.entry.id, "  ", match.entry.path);
    if (const std::string words = Words(match.entry); !words.empty()) text += Text("  (", words, ")");
  }
  return text;
}

std::string StatsText(const IndexStats& stats,
                      const std::map<std::string, std::map<std::string, std::uint64_t>>& attributes) {
  std::string text = Text(Count(stats.products, "product"), ", ", Count(stats.pictures, "picture"), " in ",
                          Count(stats.segments, "segment"), ", ", stats.bytes, " bytes");
  if (stats.deleted > 0) text += Text("; ", Count(stats.deleted, "deleted picture"), " still take space");
  text += Text("\nmodel: ", stats.model.empty() ? "not known" : stats.model);
  for (const auto& [name, values] : attributes) {
    text += Text("\n", name, ":");
    for (const auto& [value, pictures] : values) text += Text(" ", value, " (", pictures, ")");
  }
  return text;
}

}  // namespace rv::cli
