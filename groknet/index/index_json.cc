#include "groknet/index/index_json.h"

#include <nlohmann/json.hpp>

namespace rv {
namespace {

using ResultJson = nlohmann::ordered_json;

// Never throws on text that is not UTF-8 (file names).
std::string ResultLine(const ResultJson& json) {
  return json.dump(-1, ' ', false, ResultJson::error_handler_t::replace);
}

ResultJson AttributeValues(const std::vector<IndexAttribute>& attributes) {
  ResultJson object = ResultJson::object();
  for (const IndexAttribute& attribute : attributes)
    object[attribute.name].push_back({{"value", attribute.value}, {"p", attribute.probability}});
  return object;
}

}  // namespace

std::string MatchesJson(const std::string& query, const std::vector<ProductMatch>& matches) {
  ResultJson list = ResultJson::array();
  for (const ProductMatch& match : matches) {
    list.push_back({{"rank", list.size() + 1},
                    {"id", match.entry.id},
                    {"path", match.entry.path},
                    {"score", match.score},
                    {"match", MatchKindName(match.kind)},
                    {"title", match.entry.title},
                    {"tags", match.entry.tags},
                    {"attributes", AttributeValues(match.entry.attributes)}});
  }
  return ResultLine({{"event", "result"}, {"query", query}, {"matches", list}});
}

std::string IndexStatsJson(const IndexStats& stats,
                           const std::map<std::string, std::map<std::string, std::uint64_t>>& attributes) {
  return ResultLine({{"event", "result"},
                     {"pictures", stats.pictures},
                     {"products", stats.products},
                     {"deleted", stats.deleted},
                     {"segments", stats.segments},
                     {"bytes", stats.bytes},
                     {"generation", stats.generation},
                     {"model", stats.model},
                     {"exact_cosine", stats.exact_cosine},
                     {"similar_cosine", stats.similar_cosine},
                     {"attributes", attributes}});
}

std::string AddedJson(std::size_t pictures) { return ResultLine({{"event", "result"}, {"added", pictures}}); }

std::string DeletedJson(std::size_t pictures) {
  return ResultLine({{"event", "result"}, {"deleted", pictures}});
}

std::string CompactedJson() { return ResultLine({{"event", "result"}}); }

}  // namespace rv
