// The manifest of a product index: the one file whose replacement makes a save visible
// (docs/index_format.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "groknet/index/segment.h"

namespace rv::index {

inline constexpr const char* kManifestName = "manifest";
inline constexpr const char* kLockName = "writer.lock";

struct IndexManifest {
  std::uint64_t generation = 0;    // grows by one with each save
  std::uint64_t next_segment = 1;  // numbers are never used twice
  std::string model;               // that made the embeddings; empty = not known
  double exact_cosine = 0.8;
  double similar_cosine = 0.55;
  std::vector<SegmentRef> segments;  // rows count on from one to the next
};

// Whole or not at all.
Status WriteManifest(const std::filesystem::path& folder, const IndexManifest& manifest);
// kNotFound when `folder` holds no index, kCorrupt when the manifest is damaged or gone while segments are
// there.
Result<IndexManifest> ReadManifest(const std::filesystem::path& folder);

// One bit a row, row i in bit i % 64 of word i / 64.
using RowSet = std::vector<std::uint64_t>;
inline bool HasRow(const RowSet& rows, std::size_t row) { return (rows[row / 64] >> (row % 64) & 1) != 0; }

// The deleted rows of one segment.
Result<Sha256Digest> WriteDeleted(const std::filesystem::path& path,
                                  const RowSet& deleted,
                                  std::uint64_t entries);
Result<RowSet> ReadDeleted(const std::filesystem::path& path, const SegmentRef& ref);

// A segment with its deleted rows at one moment. Snapshots and the writer share the open file of a segment,
// which lives until the last of them is gone.
struct LiveSegment {
  std::shared_ptr<const Segment> segment;
  RowSet deleted;  // empty = none
  SegmentRef ref;
  bool changed = false;  // `deleted` is not on disk yet

  bool IsDeleted(std::size_t row) const { return !deleted.empty() && HasRow(deleted, row); }
  std::uint64_t alive() const { return ref.entries - ref.deleted; }
};

// The manifest and all that it names, as of one save. Tries again when a writer saves meanwhile.
struct OpenedIndex {
  IndexManifest manifest;
  std::vector<LiveSegment> segments;
};
Result<OpenedIndex> OpenIndex(const std::filesystem::path& folder);

}  // namespace rv::index
