#include "groknet/index/product_index.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "groknet/index/index_query.h"
#include "groknet/index/text_terms.h"

namespace rv {
namespace fs = std::filesystem;

using index::LiveSegment;
using index::ScoredRow;

struct ProductIndex::State {
  fs::path folder;
  index::IndexManifest manifest;
  std::vector<index::LiveSegment> segments;
};

namespace {

Status CheckOptions(const SearchOptions& options) {
  if (options.k >= 1 && options.candidates >= 1) return {};
  return Fail(ErrorCode::kInvalidArgument, "k and candidates must be at least 1");
}

// Reads the records of ranked rows.
Result<std::vector<ProductMatch>> Matches(std::span<const index::LiveSegment> segments,
                                          std::span<const index::ScoredRow> ranked) {
  std::vector<ProductMatch> matches;
  for (const index::ScoredRow& scored : ranked) {
    std::uint32_t row = scored.row;
    const index::LiveSegment& live = index::SegmentOf(segments, row);
    Result<IndexEntry> entry = live.segment->ReadRecord(row);
    if (!entry) return Forward(entry);
    matches.push_back({.score = scored.score, .kind = MatchKind::kText, .entry = std::move(*entry)});
  }
  return matches;
}

}  // namespace

std::string_view MatchKindName(MatchKind kind) {
  switch (kind) {
    case MatchKind::kExact:
      return "exact";
    case MatchKind::kSimilar:
      return "similar";
    case MatchKind::kWeak:
      return "weak";
    case MatchKind::kText:
      return "text";
  }
  return "";
}

ProductIndex::ProductIndex(std::unique_ptr<const State> state) : state_(std::move(state)) {}
ProductIndex::ProductIndex(ProductIndex&&) noexcept = default;
ProductIndex& ProductIndex::operator=(ProductIndex&&) noexcept = default;
ProductIndex::~ProductIndex() = default;

Result<ProductIndex> ProductIndex::Open(const fs::path& folder) {
  Result<index::OpenedIndex> opened = index::OpenIndex(folder);
  if (!opened) return Forward(opened);
  return ProductIndex(std::make_unique<const State>(State{
      .folder = folder, .manifest = std::move(opened->manifest), .segments = std::move(opened->segments)}));
}

IndexStats ProductIndex::Stats() const {
  IndexStats stats{.segments = state_->segments.size(),
                   .generation = state_->manifest.generation,
                   .model = state_->manifest.model,
                   .exact_cosine = state_->manifest.exact_cosine,
                   .similar_cosine = state_->manifest.similar_cosine};
  std::unordered_set<std::uint64_t> products;
  for (const index::LiveSegment& live : state_->segments) {
    stats.pictures += live.alive();
    stats.deleted += live.ref.deleted;
    stats.bytes += live.ref.bytes + (live.deleted.empty() ? 0 : 16 + 8 * live.deleted.size());
    for (std::size_t row = 0; row < live.segment->size(); ++row)
      if (!live.IsDeleted(row)) products.insert(live.segment->row(row).product);
  }
  stats.products = products.size();
  return stats;
}

Result<std::map<std::string, std::map<std::string, std::uint64_t>>> ProductIndex::Attributes() const {
  std::map<std::string, std::map<std::string, std::uint64_t>> attributes;
  for (const index::LiveSegment& live : state_->segments) {
    const Result<const index::TermTable*> terms = live.segment->Terms();
    if (!terms) return Forward(terms);
    for (const index::Term& term : **terms) {
      const std::size_t at = term.text.find('\x1f');
      if (!term.text.starts_with('a') || at == std::string::npos) break;
      const Result<std::vector<index::Posting>> postings = live.segment->ReadPostings(term);
      if (!postings) return Forward(postings);
      const auto alive =
          std::ranges::count_if(*postings, [&](const auto& p) { return !live.IsDeleted(p.row); });
      if (alive > 0)
        attributes[term.text.substr(1, at - 1)][term.text.substr(at + 1)] +=
            static_cast<std::uint64_t>(alive);
    }
  }
  return attributes;
}

Status ProductIndex::Verify() const {
  for (const index::LiveSegment& live : state_->segments)
    if (const Status sound = live.segment->Verify(); !sound) return Forward(sound);
  return {};
}

Result<std::vector<ProductMatch>> ProductIndex::Search(std::span<const std::vector<float>> views,
                                                       const SearchOptions& options) const {
  if (const Status valid = CheckOptions(options); !valid) return Forward(valid);
  if (views.empty()) return Fail(ErrorCode::kInvalidArgument, "a search needs at least one picture");
  std::vector<std::vector<float>> queries;
  for (const std::vector<float>& view : views) {
    Result<std::vector<float>> unit = index::UnitEmbedding(view, "the query");
    if (!unit) return Forward(unit);
    queries.push_back(std::move(*unit));
  }
  Result<std::vector<index::ScoredRow>> ranked = index::RankByPicture(state_->segments, queries, options);
  if (!ranked) return Forward(ranked);
  if (options.exact_only)
    std::erase_if(*ranked,
                  [&](const index::ScoredRow& row) { return row.score < state_->manifest.exact_cosine; });
  Result<std::vector<ProductMatch>> matches = Matches(state_->segments, *ranked);
  if (!matches) return Forward(matches);
  for (ProductMatch& match : *matches) {
    match.kind = match.score >= state_->manifest.exact_cosine     ? MatchKind::kExact
                 : match.score >= state_->manifest.similar_cosine ? MatchKind::kSimilar
                                                                  : MatchKind::kWeak;
    match.score = std::clamp(match.score, -1.0, 1.0);  // halves are not quite of unit length
  }
  return matches;
}

Result<std::vector<ProductMatch>> ProductIndex::SearchText(std::string_view text,
                                                           const SearchOptions& options) const {
  if (const Status valid = CheckOptions(options); !valid) return Forward(valid);
  std::vector<std::string> terms;
  for (const std::string& term : TextTerms(text))
    if (std::ranges::find(terms, term) == terms.end()) terms.push_back(term);
  if (terms.empty())
    return Fail(ErrorCode::kInvalidArgument, Text("no word to look for in ", text.substr(0, 80)),
                "name what the item is, such as 'navy shirt'");
  const Result<std::vector<index::ScoredRow>> ranked = index::RankByText(state_->segments, terms, options);
  if (!ranked) return Forward(ranked);
  return Matches(state_->segments, *ranked);
}

}  // namespace rv
