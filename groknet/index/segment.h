// One segment of a product index: a file of entries that never changes once written (docs/index_format.md).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/digest.h"
#include "groknet/index/index_entry.h"
#include "groknet/index/postings.h"

namespace rv::index {

// What the manifest says of a segment's file.
struct SegmentRef {
  std::uint64_t number = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  Sha256Digest
      header{};  // the digest that ends the file's header, which covers the digests of all its sections
  // Deleted rows, in a file of its own; generation 0 = none and no file.
  std::uint64_t deleted = 0;
  std::uint64_t deleted_generation = 0;
  Sha256Digest deleted_digest{};
};

// "00000001.seg"; "00000001.00000007.del".
std::string SegmentName(std::uint64_t number);
std::string DeletedName(std::uint64_t number, std::uint64_t generation);

// What is known of each row without reading its record.
struct RowInfo {
  std::uint64_t product = 0;  // ProductKey of its id
  std::uint64_t record_offset = 0;
  std::uint32_t record_bytes = 0;
  std::uint32_t text_weight = 0;  // the sum of its text terms' weights
};

enum Section { kCodes, kRows, kEmbeddings, kRecords, kTerms, kPostings, kSectionCount };
struct SectionRef {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  Sha256Digest digest{};
};
inline constexpr std::uint64_t kSegmentHeaderBytes = 24 + kSectionCount * 48 + 32;
inline constexpr std::uint64_t kRowBytes = 24;
inline constexpr std::uint64_t kEmbeddingBytes = kScanBits * 2 + 8;

// Writes the file whole or not at all. The ref's number is left 0.
Result<SegmentRef> WriteSegment(const std::filesystem::path& path, std::span<const StoredEntry> entries);

// A segment open for reading. Codes and rows are in memory, checked against their digests; the rest is read
// and checked piece by piece when it is asked for, so that opening an index of a million entries takes a
// moment. Reads go through a descriptor, not a mapping: a file cut short under a reader is an error, never a
// signal. All functions may be called from several threads.
class Segment {
 public:
  // Fails with kNotFound, or kCorrupt when the file is not the one that `ref` speaks of.
  static Result<std::shared_ptr<const Segment>> Open(const std::filesystem::path& path,
                                                     const SegmentRef& ref);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment();

  std::size_t size() const { return rows_.size(); }
  std::span<const std::uint8_t> codes() const { return codes_; }
  const RowInfo& row(std::size_t row) const { return rows_[row]; }
  // Rows whose id has this key, rising.
  std::vector<std::uint32_t> RowsOf(std::uint64_t product) const;

  // embedding: 256 numbers.
  Status ReadEmbedding(std::size_t row, std::span<float> embedding) const;
  // Everything but the embedding.
  Result<IndexEntry> ReadRecord(std::size_t row) const;
  Result<StoredEntry> ReadStored(std::size_t row) const;
  // Lives as long as the segment.
  Result<const TermTable*> Terms() const;
  Result<std::vector<Posting>> ReadPostings(const Term& term) const;
  // Reads every byte: digests of all sections, all records, dictionary and postings.
  Status Verify() const;

 private:
  Segment() = default;
  Status ReadHeader(const SegmentRef& ref);
  Status ReadRows();
  Status ReadAt(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
  Result<std::vector<std::uint8_t>> ReadSection(Section section) const;
  Status VerifySection(Section section) const;
  Result<std::vector<std::uint16_t>> ReadHalves(std::size_t row) const;
  tl::unexpected<Error> Corrupt(const std::string& what) const;

  std::filesystem::path path_;
  int file_ = -1;
  std::array<SectionRef, kSectionCount> sections_;
  std::vector<std::uint8_t> codes_;
  std::vector<RowInfo> rows_;
  // Made when first asked for.
  mutable std::mutex lazy_;
  mutable std::optional<TermTable> terms_;
  mutable std::vector<std::uint32_t> by_product_;
  mutable int lookups_ = 0;  // by product, as far as they matter
};

}  // namespace rv::index
