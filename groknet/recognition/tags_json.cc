#include "groknet/recognition/tags_json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace rv {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kValuesForPrograms = 5;

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
Json ApplicabilityJson(const std::vector<AttributeTags>& attributes) {
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
Json CommonJson(const std::string& path, const Tags& tags) {
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
          {"applies", ApplicabilityJson(tags.attributes)}};
}

const char* NoTypeText(NoType reason) {
  switch (reason) {
    case NoType::kUnknown:
      return "unknown";
    case NoType::kUnlikeType:
      return "unlike_type";
    default:
      return "unsure";
  }
}

// Never throws on text that is not UTF-8 (file names).
std::string Line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string TagsJson(const std::string& path, const ViewTags& tags, std::optional<std::size_t> view) {
  Json json = CommonJson(path, tags);
  if (view) json["view"] = *view;
  return Line(json);
}

std::string TagsJson(const std::string& path, const ItemTags& tags) {
  Json json = CommonJson(path, tags);
  json["item"] = true;
  json["title"] = tags.title;
  if (tags.no_type != NoType::kNamed) json["no_type"] = NoTypeText(tags.no_type);
  json["views"] = tags.views;
  Json disagreement = Json::object();
  for (const AttributeTags& attribute : tags.attributes)
    if (attribute.applicability >= kApplicabilityForPrograms)
      disagreement[attribute.name] = Probability(attribute.disagreement);
  json["disagreement"] = std::move(disagreement);
  return Line(json);
}

}  // namespace rv
