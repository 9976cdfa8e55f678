#include "cli/tag_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace rv::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kValuesForPrograms = 5;
constexpr std::size_t kValuesForPeople = 3;
constexpr double kWorthSaying = 0.05;

double Rounded(double value, double digits) { return std::round(value * digits) / digits; }
double Probability(double value) { return Rounded(value, 1e6); }

Json AttributesJson(const std::vector<AttributeTags>& attributes) {
  Json out = Json::object();
  for (const AttributeTags& attribute : attributes) {
    if (attribute.applicability < kApplicabilityForPrograms) continue;
    Json values = Json::array();
    for (std::size_t i = 0; i < std::min(kValuesForPrograms, attribute.values.size()); ++i)
      values.push_back(
          {{"value", attribute.values[i].value}, {"p", Probability(attribute.values[i].probability)}});
    out[attribute.name] = std::move(values);
  }
  return out;
}

// How probably each attribute means anything for the picture.
Json AppliesJson(const std::vector<AttributeTags>& attributes) {
  Json out = Json::object();
  for (const AttributeTags& attribute : attributes)
    if (attribute.applicability >= kApplicabilityForPrograms)
      out[attribute.name] = Probability(attribute.applicability);
  return out;
}

Json ColorsJson(const std::vector<MeasuredColor>& colors) {
  Json out = Json::array();
  for (const MeasuredColor& color : colors) {
    char hex[8];
    std::snprintf(hex, sizeof(hex), "#%02x%02x%02x", color.rgb[0], color.rgb[1], color.rgb[2]);
    out.push_back(
        {{"term", color.term}, {"name", color.name}, {"rgb", hex}, {"share", Probability(color.share)}});
  }
  return out;
}

Json EmbeddingJson(const Embedding& embedding) {
  Json out = Json::array();
  // Eight decimals keep a float of this size, without the digits that only its double has.
  for (const float value : embedding.values) out.push_back(Rounded(value, 1e8));
  return out;
}

// What a view and an item have in common.
template <typename Tags>
Json TagsJson(const std::string& path, const Tags& tags) {
  return {{"path", path},
          {"attributes", AttributesJson(tags.attributes)},
          {"vertical", tags.vertical},
          {"unknown", tags.unknown},
          {"embedding", EmbeddingJson(tags.embedding)},
          {"code", CodeHex(tags.embedding)},
          {"vertical_p", Probability(tags.vertical_probability)},
          {"familiarity", Probability(tags.in_distribution_score)},
          {"quality", Probability(tags.quality)},
          {"colours", ColorsJson(tags.colors)},
          {"applies", AppliesJson(tags.attributes)}};
}

std::string Text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string Percent(double share) {
  return std::to_string(static_cast<int>(std::lround(100 * share))) + " %";
}

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

std::string TagLine(const std::string& path, const ViewTags& tags, std::optional<std::size_t> view) {
  Json json = TagsJson(path, tags);
  if (view) json["view"] = *view;
  return Text(json);
}

std::string TagLine(const std::string& path, const ItemTags& tags) {
  Json json = TagsJson(path, tags);
  json["item"] = true;
  json["title"] = tags.title;
  json["views"] = tags.views;
  Json disagreement = Json::object();
  for (const AttributeTags& attribute : tags.attributes)
    if (attribute.applicability >= kApplicabilityForPrograms)
      disagreement[attribute.name] = Probability(attribute.disagreement);
  json["disagreement"] = std::move(disagreement);
  return Text(json);
}

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
