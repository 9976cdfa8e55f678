// The inverted part of a segment: for each term the rows that carry it. Two kinds of terms share it: words of
// the text ("t" + word) and attribute values that a filter may ask for ("a" + name + 0x1f + value, case
// kept).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_io.h"
#include "groknet/index/index_entry.h"

namespace rv::index {

// Weights are in sixteenths of a word: a word of the title or a tag weighs 16, one of an attribute's value
// its probability.
inline constexpr std::uint32_t kWordWeight = 16;
// A value answers a filter when it is the best of its attribute or at least this probable.
inline constexpr double kFilterProbability = 0.25;

struct Posting {
  std::uint32_t row = 0;
  std::uint8_t weight = 0;  // 1..255
  friend bool operator==(const Posting&, const Posting&) = default;
};

// Text terms of an entry with their weights, by term.
std::map<std::string, std::uint32_t> TextWeights(const IndexEntry& entry);
// Filter terms of an entry, sorted, without repeats.
std::vector<std::string> FilterTerms(const IndexEntry& entry);
std::string FilterTerm(std::string_view name, std::string_view value);

// Rows rising: the step from the row before (the first: row + 1) as a varint, then the weight in a byte.
void EncodePostings(const std::vector<Posting>& postings, ByteWriter& out);
// kCorrupt unless `bytes` are exactly `count` postings of rows below `rows`.
Result<std::vector<Posting>> DecodePostings(std::span<const std::uint8_t> bytes,
                                            std::uint32_t count,
                                            std::uint64_t rows);

// The dictionary of one segment, sorted by term.
struct Term {
  std::string text;
  std::uint32_t count = 0;   // postings
  std::uint64_t offset = 0;  // in the section of postings
  std::uint32_t bytes = 0;
  std::uint64_t digest = 0;  // ShortDigest of the postings' bytes
};
using TermTable = std::vector<Term>;

void EncodeTerms(const TermTable& terms, ByteWriter& out);
// kCorrupt unless sorted, without repeats and within `posting_bytes`.
Result<TermTable> DecodeTerms(std::span<const std::uint8_t> bytes, std::uint64_t posting_bytes);
// nullptr when there is none.
const Term* FindTerm(const TermTable& terms, std::string_view text);

}  // namespace rv::index
