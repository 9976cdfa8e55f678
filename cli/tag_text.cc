#include "cli/tag_text.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/text.h"

namespace rv::cli {
namespace {

constexpr std::size_t kValuesForPeople = 3;
constexpr double kWorthSaying = 0.05;

std::string Percent(double share) { return Text(std::lround(100 * share), " %"); }

std::string ValuesText(const AttributeTags& attribute) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kValuesForPeople, attribute.values.size()); ++i) {
    const auto& [value, probability] = attribute.values[i];
    if (i > 0 && probability < kWorthSaying) break;
    text += (i > 0 ? ", " : "") + value + " " + Percent(probability);
  }
  return text;
}

std::string Row(const std::string& label, const std::string& text) {
  constexpr std::size_t kLabel = 28;
  return "  " + label + std::string(label.size() < kLabel ? kLabel - label.size() : 1, ' ') + text + "\n";
}

}  // namespace

std::string TagTable(const std::string& heading, const ItemTags& tags) {
  std::string text = heading + (tags.title.empty() ? "" : ": " + tags.title) + "\n";
  text += Row("kind", tags.vertical + " " + Percent(tags.vertical_probability));
  if (tags.unknown)
    text += Row("unknown", "it looks like nothing that the model was trained on; take the rest with care");
  for (const AttributeTags& attribute : tags.attributes) {
    if (attribute.applicability < kApplicabilityForPeople) continue;
    std::string values = ValuesText(attribute);
    if (tags.views > 1 && attribute.disagreement > 0.2) values += "  (the views disagree)";
    text += Row(attribute.name, values);
  }
  // Shades that go by one term are said once.
  std::vector<std::pair<std::string, double>> terms;
  for (const MeasuredColor& color : tags.colors) {
    const auto same = std::ranges::find(terms, color.term, [](const auto& term) { return term.first; });
    if (same == terms.end()) {
      terms.emplace_back(color.term, color.share);
    } else {
      same->second += color.share;
    }
  }
  std::string colors;
  for (const auto& [term, share] : terms)
    colors += (colors.empty() ? "" : ", ") + term + " " + Percent(share);
  if (!colors.empty()) text += Row("colours measured", colors);
  text.pop_back();
  return text;
}

}  // namespace rv::cli
