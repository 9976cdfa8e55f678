// What an index answers, as text for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "groknet/index/product_index.h"

namespace rv::cli {

// "1 picture", "2 pictures".
std::string Count(std::size_t count, const char* what);

// One line for the query, one for each product: score, kind of match, id, path and what it is.
std::string MatchesText(const std::string& query, const std::vector<ProductMatch>& matches);

// How much there is, the model, and the values of each attribute with their pictures.
std::string StatsText(const IndexStats& stats,
                      const std::map<std::string, std::map<std::string, std::uint64_t>>& attributes);

}  // namespace rv::cli
