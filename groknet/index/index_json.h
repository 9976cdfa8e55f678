// What an index answers, as JSON: one object a line, as `rotaview index --json` prints them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "groknet/index/product_index.h"

namespace rv {

// One line:
// {"event":"result","query":...,"matches":[{"rank":1,"id":...,"path":...,"score":...,"match":"exact",
// "title":...,"tags":[...],"attributes":{name:[{"value":...,"p":...}]}}]}.
std::string MatchesJson(const std::string& query, const std::vector<ProductMatch>& matches);
// One line: {"event":"result","pictures":...,...,"attributes":{name:{value:pictures}}}.
std::string IndexStatsJson(const IndexStats& stats,
                           const std::map<std::string, std::map<std::string, std::uint64_t>>& attributes);
// One line each: {"event":"result","added":...}, {"event":"result","deleted":...}, {"event":"result"}.
std::string AddedJson(std::size_t pictures);
std::string DeletedJson(std::size_t pictures);
std::string CompactedJson();

}  // namespace rv
