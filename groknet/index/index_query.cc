#include "groknet/index/index_query.h"

#include <algorithm>
#include <bit>
#include <map>

#include "base/check.h"
#include "base/text.h"
#include "groknet/index/text_terms.h"

namespace rv::index {
namespace {

// Wanted values by attribute, all in lower case.
using Wanted = std::map<std::string, std::vector<std::string>>;

struct NameAndValue {
  std::string name;
  std::string value;
};

// Of a filter term's text.
NameAndValue Split(std::string_view term) {
  const std::size_t at = term.find('\x1f');
  if (at == std::string_view::npos) return {};
  return {std::string(term.substr(1, at - 1)), std::string(term.substr(at + 1))};
}

// A set for each wanted attribute; `known` takes the names met.
Result<std::map<std::string, RowSet>> RowsByAttribute(const Segment& segment,
                                                      const Wanted& wanted,
                                                      RowSet& known) {
  std::map<std::string, RowSet> sets;
  for (const auto& [name, values] : wanted) sets[name].resize((segment.size() + 63) / 64);
  const Result<const TermTable*> terms = segment.Terms();
  if (!terms) return Forward(terms);
  for (const Term& term : **terms) {
    if (!term.text.starts_with('a')) break;  // filter terms come first
    const NameAndValue parts = Split(term.text);
    const auto found = wanted.find(LowerCase(parts.name));
    if (found == wanted.end()) continue;
    known[static_cast<std::size_t>(std::distance(wanted.begin(), found))] = 1;
    if (std::ranges::find(found->second, LowerCase(parts.value)) == found->second.end()) continue;
    const Result<std::vector<Posting>> postings = segment.ReadPostings(term);
    if (!postings) return Forward(postings);
    for (const Posting& posting : *postings)
      sets[found->first][posting.row / 64] |= std::uint64_t{1} << (posting.row % 64);
  }
  return sets;
}

std::string AttributeNames(std::span<const LiveSegment> segments) {
  std::map<std::string, bool> names;
  for (const LiveSegment& live : segments) {
    const Result<const TermTable*> terms = live.segment->Terms();
    if (!terms) continue;  // the search itself has failed on it
    for (const Term& term : **terms)
      if (term.text.starts_with('a')) names[Split(term.text).name] = true;
  }
  std::string list;
  for (const auto& [name, there] : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

RowSet NotDeleted(const LiveSegment& live) {
  RowSet rows((live.segment->size() + 63) / 64, ~std::uint64_t{0});
  if (const std::size_t odd = live.segment->size() % 64; odd != 0)
    rows.back() = (std::uint64_t{1} << odd) - 1;
  for (std::size_t i = 0; i < live.deleted.size(); ++i) rows[i] &= ~live.deleted[i];
  return rows;
}

}  // namespace

bool Before(const ScoredRow& a, const ScoredRow& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

const LiveSegment& SegmentOf(std::span<const LiveSegment> segments, std::uint32_t& row) {
  for (const LiveSegment& live : segments) {
    if (row < live.segment->size()) return live;
    row -= static_cast<std::uint32_t>(live.segment->size());
  }
  RV_CHECK(!"row beyond all segments");
  return segments.front();
}

Result<RowsTakingPart> RowsFor(std::span<const LiveSegment> segments,
                               std::span<const AttributeFilter> filters) {
  Wanted wanted;
  for (const AttributeFilter& filter : filters)
    wanted[LowerCase(filter.name)].push_back(LowerCase(filter.value));
  RowSet known(wanted.size());
  RowsTakingPart part;
  for (const LiveSegment& live : segments) {
    RowSet& rows = part.allowed.emplace_back();
    if (!wanted.empty() || live.ref.deleted > 0) rows = NotDeleted(live);
    if (rows.empty()) {
      part.count += live.segment->size();
      continue;
    }
    const auto sets = wanted.empty() ? Result<std::map<std::string, RowSet>>(std::map<std::string, RowSet>())
                                     : RowsByAttribute(*live.segment, wanted, known);
    if (!sets) return Forward(sets);
    for (const auto& [name, set] : *sets)
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] &= set[i];
    for (const std::uint64_t word : rows) part.count += static_cast<std::uint64_t>(std::popcount(word));
  }
  std::size_t at = 0;
  for (const auto& [name, values] : wanted) {
    if (known[at++] == 0 && !segments.empty())
      return Fail(ErrorCode::kInvalidArgument, Text("nothing in the index has an attribute '", name, "'"),
                  Text("its attributes: ", AttributeNames(segments)));
  }
  return part;
}

}  // namespace rv::index
