// The container of an `.rview`: a ZIP (PKWARE APPNOTE 6.3.9) of stored entries whose every byte outside the
// entries' data follows from their names, sizes and CRCs. The reader rebuilds those bytes and compares, so
// two readings of one archive, overlapping entries, data descriptors and spare bytes are ruled out at once.
// Layout, fields and reasons: docs/format.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "asset/rview_source.h"
#include "base/result.h"

namespace rv::asset {

// Data of every entry begins at a multiple of this.
inline constexpr std::uint64_t kZipAlignment = 64;
// The archive comment: this text, then the SHA-256 in hexadecimal of every byte before it.
inline constexpr std::string_view kZipCommentPrefix = "rview sha256 ";
inline constexpr std::size_t kZipDigestChars = 64;

inline constexpr std::size_t kZipLocalHeaderSize = 30;

struct ZipEntry {
  std::string name;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  std::uint64_t header_offset = 0;
  std::uint64_t data_offset = 0;
};

std::uint32_t Crc32(std::span<const std::uint8_t> bytes);

// Sets header_offset and data_offset of all entries, in their order, the first header at 0.
void LayOutZip(std::span<ZipEntry> entries);
// The bytes from header_offset to data_offset.
std::vector<std::uint8_t> ZipLocalHeader(const ZipEntry& entry);
// The bytes after the last entry's data, up to and without the digest.
std::vector<std::uint8_t> ZipDirectory(std::span<const ZipEntry> entries);

// Reads the first local header alone, which says how long the manifest is. kCorrupt when it is not one of
// ours.
Result<ZipEntry> ReadFirstZipEntry(const ByteSource& source);
// Reads the directory and checks every byte outside the data, but for the digest. At most max_files entries,
// safe names, none twice. Data are not read.
Result<std::vector<ZipEntry>> ReadZipEntries(const ByteSource& source, std::size_t max_files);
// Reads the whole file; kCorrupt when the digest at its end is not that of the bytes before.
Status CheckZipDigest(const ByteSource& source);

}  // namespace rv::asset
