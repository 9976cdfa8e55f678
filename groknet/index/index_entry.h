// What the product index keeps of one picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "groknet/index/code_scan.h"

namespace rv {

struct IndexAttribute {
  std::string name;        // "base_colour"
  std::string value;       // "Navy Blue"
  double probability = 1;  // 0..1
  friend bool operator==(const IndexAttribute&, const IndexAttribute&) = default;
};

// One picture of a product. Several pictures may carry one id.
struct IndexEntry {
  std::string id;                          // of the product; 1..512 bytes
  std::string path;                        // of the picture, as it was given; at most 4096 bytes
  std::string title;                       // at most 1024 bytes
  std::vector<std::string> tags;           // free text; at most 256 of at most 256 bytes
  std::vector<IndexAttribute> attributes;  // at most 1024; names and values at most 256 bytes
  std::vector<float> embedding;            // 256 numbers; brought to unit length when added
};

namespace index {

// An entry as it is stored. The code keeps the signs of the full-precision embedding.
struct StoredEntry {
  IndexEntry entry;  // its embedding is empty
  Code code{};
  std::vector<std::uint16_t> halves;  // 256
};

// Checks the bounds above. Fails with kInvalidArgument, naming the entry: a size out of bounds, an embedding
// that is not 256 finite numbers or is zero, a probability outside 0..1.
Result<StoredEntry> PrepareEntry(IndexEntry entry);
// A query embedding of 256 numbers at unit length; fails as PrepareEntry does.
Result<std::vector<float>> UnitEmbedding(std::vector<float> values, const std::string& whose);

// The text fields, as docs/index_format.md lays them out.
std::vector<std::uint8_t> EncodeRecord(const IndexEntry& entry);
// Gives kCorrupt for what EncodeRecord cannot have written.
Result<IndexEntry> DecodeRecord(std::span<const std::uint8_t> bytes);

// What groups pictures by product: 64 bits of the SHA-256 of the id.
std::uint64_t ProductKey(std::string_view id);

}  // namespace index
}  // namespace rv
