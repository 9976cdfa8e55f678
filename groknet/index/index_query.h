// What searches by picture and by text share: which rows take part, and the best products among scored rows.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "groknet/index/index_manifest.h"
#include "groknet/index/product_index.h"

namespace rv::index {

// Rows of all segments counted on; which take part in a search.
struct RowsTakingPart {
  std::vector<RowSet> allowed;  // for each segment; empty = all of its rows
  std::uint64_t count = 0;
};
Result<RowsTakingPart> RowsFor(std::span<const LiveSegment> segments,
                               std::span<const AttributeFilter> filters);

struct ScoredRow {
  double score = 0;
  std::uint32_t row = 0;  // counted over all segments
};
// By score, ties by row.
bool Before(const ScoredRow& a, const ScoredRow& b);

// The segment that holds `row`, which becomes the row in it.
const LiveSegment& SegmentOf(std::span<const LiveSegment> segments, std::uint32_t& row);

// For each query the cosines of candidate rows, fused by product; best first, at most k.
Result<std::vector<ScoredRow>> RankByPicture(std::span<const LiveSegment> segments,
                                             std::span<const std::vector<float>> queries,
                                             const SearchOptions& options);
Result<std::vector<ScoredRow>> RankByText(std::span<const LiveSegment> segments,
                                          std::span<const std::string> terms,
                                          const SearchOptions& options);

}  // namespace rv::index
