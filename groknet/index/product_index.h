// The product index: finds the same and similar products by picture, by sweep and by words.
//
// An index is a folder of immutable segments, sets of deleted rows and one manifest, whose replacement is the
// save: adding a photo to a million writes a few kilobytes. Every byte is under a SHA-256, which SQLite's
// pages are not, and codes and embeddings lie as the scan wants them; that is why this is not a database
// file. docs/index_format.md has the bytes.
//
// A search by picture scans the 256-bit codes of all entries exactly (code_scan.h), takes the nearest as
// candidates and ranks them by the cosine of the half-precision embeddings. FAISS is not needed for that: its
// own binary scan is slower and its approximate structures would have to be kept beside every save;
// bench/index.cc uses it as the judge.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "groknet/index/index_entry.h"

namespace rv {

// Keeps products that have this value (letter case does not matter): as the best of the attribute, or with a
// probability of at least 0.25.
struct AttributeFilter {
  std::string name;
  std::string value;
};

// How the views of a sweep make one score for a product. Each view takes the best cosine of the product's
// pictures.
enum class SweepFusion {
  kMax,        // the best view
  kMeanOfTop,  // the mean of the best three: one chance likeness among dozens of views does not win
};

struct SearchOptions {
  std::size_t k = 10;  // products, at least 1
  // All must hold; several values of one attribute are alternatives. Applied before anything is ranked.
  std::vector<AttributeFilter> filters;
  bool exact_only = false;  // only products whose score reaches the exact threshold
  // Rows of each view's code scan that are ranked by cosine. More cost time (0.5 ms per 400), fewer recall.
  std::size_t candidates = 400;
  SweepFusion fusion = SweepFusion::kMeanOfTop;
};

enum class MatchKind { kExact, kSimilar, kWeak, kText };
// "exact", "similar", "weak", "text".
std::string_view MatchKindName(MatchKind kind);

struct ProductMatch {
  double score = 0;  // cosine, -1..1; of a text search, BM25 (not bounded)
  MatchKind kind = MatchKind::kWeak;
  IndexEntry entry;  // of the product's best picture; without the embedding
};

struct IndexStats {
  std::uint64_t pictures = 0;
  std::uint64_t products = 0;
  std::uint64_t deleted = 0;  // pictures that still take space
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;  // on disk
  std::uint64_t generation = 0;
  std::string model;
  double exact_cosine = 0;
  double similar_cosine = 0;
};

// The index as of one save; later saves do not change it, and need not wait for it. All functions may be
// called from several threads. Damage is found when what is damaged is read: kCorrupt.
class ProductIndex {
 public:
  // kNotFound, kCorrupt, kUnsupported.
  static Result<ProductIndex> Open(const std::filesystem::path& folder);
  ProductIndex(ProductIndex&&) noexcept;
  ProductIndex& operator=(ProductIndex&&) noexcept;
  ~ProductIndex();

  IndexStats Stats() const;
  // attribute -> value -> pictures that answer a filter for it.
  Result<std::map<std::string, std::map<std::string, std::uint64_t>>> Attributes() const;
  // Reads every byte.
  Status Verify() const;

  // Products by likeness to one picture or to all views of a sweep, best first, each once; ties by who was
  // added first. views: at least one embedding of 256 numbers. Fails with kInvalidArgument, also when no
  // product has a filter's attribute.
  Result<std::vector<ProductMatch>> Search(std::span<const std::vector<float>> views,
                                           const SearchOptions& options = {}) const;
  // Products by words in titles, tags and attribute values, ranked by Okapi BM25 (Robertson, Zaragoza, The
  // Probabilistic Relevance Framework: BM25 and Beyond, 2009; k1 = 1.2, b = 0.75), a value counting by its
  // probability. Words as in text_terms.h; not all need be there.
  Result<std::vector<ProductMatch>> SearchText(std::string_view text,
                                               const SearchOptions& options = {}) const;

 private:
  struct State;
  explicit ProductIndex(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace rv
