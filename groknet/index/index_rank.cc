// Ranking by picture and by text.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "groknet/index/half.h"
#include "groknet/index/index_query.h"

namespace rv::index {
namespace {

constexpr std::size_t kFusedViews = 3;
constexpr double kBm25K1 = 1.2;
constexpr double kBm25B = 0.75;

// The union of the queries' nearest rows, rising.
std::vector<std::uint32_t> Candidates(std::span<const LiveSegment> segments,
                                      const RowsTakingPart& part,
                                      std::span<const Code> codes,
                                      std::size_t count) {
  CodeScan scan(codes, count);
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    scan.Add(segments[i].segment->codes(), part.allowed[i], first);
    first += static_cast<std::uint32_t>(segments[i].segment->size());
  }
  std::vector<std::uint32_t> rows;
  for (const std::vector<CodeMatch>& matches : scan.Finish())
    for (const CodeMatch& match : matches) rows.push_back(match.row);
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

// A product among the candidates: for each view the best cosine of its pictures, and the best picture of all.
struct Product {
  std::vector<float> best;
  ScoredRow top{.score = -2};
};
using Products = std::unordered_map<std::uint64_t, Product>;

Result<Products> ScoreProducts(std::span<const LiveSegment> segments,
                               std::span<const std::uint32_t> rows,
                               std::span<const std::vector<float>> queries) {
  Products products;
  std::array<float, kScanBits> embedding{};
  for (const std::uint32_t row : rows) {
    std::uint32_t local = row;
    const LiveSegment& live = SegmentOf(segments, local);
    if (const Status read = live.segment->ReadEmbedding(local, embedding); !read) return Forward(read);
    Product& product = products[live.segment->row(local).product];
    product.best.resize(queries.size(), -2);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      const float cosine = DotProduct(queries[q], embedding);
      product.best[q] = std::max(product.best[q], cosine);
      if (cosine > product.top.score) product.top = {cosine, row};
    }
  }
  return products;
}

double Fuse(std::vector<float> best, SweepFusion fusion) {
  const std::size_t count = fusion == SweepFusion::kMax ? 1 : std::min(best.size(), kFusedViews);
  std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(count), best.end(),
                    std::greater<>());
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += best[i];
  return sum / static_cast<double>(count);
}

std::vector<ScoredRow> Best(std::vector<ScoredRow> scored, std::size_t k) {
  const std::size_t count = std::min(k, scored.size());
  std::partial_sort(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(count), scored.end(),
                    Before);
  scored.resize(count);
  return scored;
}

}  // namespace

Result<std::vector<ScoredRow>> RankByPicture(std::span<const LiveSegment> segments,
                                             std::span<const std::vector<float>> queries,
                                             const SearchOptions& options) {
  const Result<RowsTakingPart> part = RowsFor(segments, options.filters);
  if (!part) return Forward(part);
  std::vector<Code> codes;
  for (const std::vector<float>& query : queries) codes.push_back(CodeOf(query));
  // Candidates may all be pictures of a few products: then more are looked at.
  for (std::size_t count = std::max(options.candidates, options.k);; count *= 4) {
    const Result<Products> products =
        ScoreProducts(segments, Candidates(segments, *part, codes, count), queries);
    if (!products) return Forward(products);
    if (products->size() < options.k && count < part->count) continue;
    std::vector<ScoredRow> scored;
    for (const auto& [key, product] : *products)
      scored.push_back({Fuse(product.best, options.fusion), product.top.row});
    return Best(std::move(scored), options.k);
  }
}

namespace {

// BM25's document length and count over what is not deleted, so that scores do not depend on when segments
// merge.
struct Corpus {
  double documents = 0;
  double mean_length = 1;
};

Corpus Measure(std::span<const LiveSegment> segments) {
  Corpus corpus;
  double weight = 0;
  for (const LiveSegment& live : segments) {
    for (std::size_t row = 0; row < live.segment->size(); ++row) {
      if (live.IsDeleted(row)) continue;
      weight += live.segment->row(row).text_weight;
      corpus.documents += 1;
    }
  }
  if (weight > 0) corpus.mean_length = weight / kWordWeight / corpus.documents;
  return corpus;
}

// Adds one term's part to the scores of a segment's rows.
void AddTerm(const LiveSegment& live,
             std::span<const Posting> postings,
             double idf,
             const Corpus& corpus,
             std::vector<double>& scores) {
  for (const Posting& posting : postings) {
    const double count = static_cast<double>(posting.weight) / kWordWeight;
    const double length = static_cast<double>(live.segment->row(posting.row).text_weight) / kWordWeight;
    scores[posting.row] +=
        idf * count * (kBm25K1 + 1) / (count + kBm25K1 * (1 - kBm25B + kBm25B * length / corpus.mean_length));
  }
}

// A term's live postings in each segment.
Result<std::vector<std::vector<Posting>>> PostingsOf(std::span<const LiveSegment> segments,
                                                     const std::string& term) {
  std::vector<std::vector<Posting>> all(segments.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Result<const TermTable*> terms = segments[i].segment->Terms();
    if (!terms) return Forward(terms);
    const Term* found = FindTerm(**terms, "t" + term);
    if (found == nullptr) continue;
    Result<std::vector<Posting>> postings = segments[i].segment->ReadPostings(*found);
    if (!postings) return Forward(postings);
    std::erase_if(*postings, [&](const Posting& posting) { return segments[i].IsDeleted(posting.row); });
    all[i] = std::move(*postings);
  }
  return all;
}

// The first k products in the order of their best rows. A heap, as only the start of that order is needed.
std::vector<ScoredRow> BestOfProducts(std::span<const LiveSegment> segments,
                                      const RowsTakingPart& part,
                                      const std::vector<std::vector<double>>& scores,
                                      std::size_t k) {
  std::vector<ScoredRow> heap;
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    for (std::uint32_t row = 0; row < scores[i].size(); ++row) {
      if (scores[i][row] <= 0 || (!part.allowed[i].empty() && !HasRow(part.allowed[i], row))) continue;
      heap.push_back({scores[i][row], first + row});
    }
    first += static_cast<std::uint32_t>(segments[i].segment->size());
  }
  const auto after = [](const ScoredRow& a, const ScoredRow& b) { return Before(b, a); };
  std::ranges::make_heap(heap, after);
  std::unordered_set<std::uint64_t> seen;
  std::vector<ScoredRow> best;
  while (!heap.empty() && best.size() < k) {
    std::ranges::pop_heap(heap, after);
    std::uint32_t row = heap.back().row;
    const LiveSegment& live = SegmentOf(segments, row);
    if (seen.insert(live.segment->row(row).product).second) best.push_back(heap.back());
    heap.pop_back();
  }
  return best;
}

}  // namespace

Result<std::vector<ScoredRow>> RankByText(std::span<const LiveSegment> segments,
                                          std::span<const std::string> terms,
                                          const SearchOptions& options) {
  const Result<RowsTakingPart> part = RowsFor(segments, options.filters);
  if (!part) return Forward(part);
  const Corpus corpus = Measure(segments);
  std::vector<std::vector<double>> scores;
  for (const LiveSegment& live : segments) scores.emplace_back(live.segment->size());
  for (const std::string& term : terms) {
    const Result<std::vector<std::vector<Posting>>> postings = PostingsOf(segments, term);
    if (!postings) return Forward(postings);
    double documents = 0;
    for (const auto& in_segment : *postings) documents += static_cast<double>(in_segment.size());
    const double idf = std::log(1 + (corpus.documents - documents + 0.5) / (documents + 0.5));
    for (std::size_t i = 0; i < segments.size(); ++i)
      AddTerm(segments[i], (*postings)[i], idf, corpus, scores[i]);
  }
  return BestOfProducts(segments, *part, scores, options.k);
}

}  // namespace rv::index
