#include "asset/rview_zip.h"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "base/byte_io.h"

namespace rv::asset {
namespace {

constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr std::uint32_t kMax16 = 0xFFFF;
constexpr std::uint16_t kUtf8Names = 0x0800;
constexpr std::uint16_t kDosDate = 0x0021;  // 1980-01-01, the first day ZIP knows
constexpr std::uint16_t kPlainVersion = 20;
constexpr std::uint16_t kZip64Version = 45;
constexpr std::uint16_t kMadeOnUnix = 3 << 8;
constexpr std::uint32_t kPlainFileMode = 0100644U << 16;
constexpr std::uint16_t kZip64Extra = 0x0001;
constexpr std::uint16_t kPaddingExtra = 0xD935;  // alignment field, as Android's zipalign writes it
constexpr std::size_t kPaddingFieldSize = 6;

std::uint64_t Capped(std::uint64_t value, std::uint64_t cap) { return std::min(value, cap); }
bool NeedsZip64(const ZipEntry& entry) { return entry.size >= kMax32; }

std::vector<std::uint8_t> LocalZip64(const ZipEntry& entry) {
  ByteWriter extra;
  if (NeedsZip64(entry)) extra.U16(kZip64Extra).U16(16).U64(entry.size).U64(entry.size);
  return extra.Take();
}

std::vector<std::uint8_t> CentralZip64(const ZipEntry& entry) {
  ByteWriter fields;
  if (NeedsZip64(entry)) fields.U64(entry.size).U64(entry.size);
  if (entry.header_offset >= kMax32) fields.U64(entry.header_offset);
  if (fields.size() == 0) return {};
  ByteWriter extra;
  extra.U16(kZip64Extra).U16(fields.size());
  extra.Bytes(fields.Take());
  return extra.Take();
}

// Bytes that the fixed part, name, ZIP64 field and the smallest padding field take.
std::uint64_t SmallestHeader(const ZipEntry& entry) {
  return kZipLocalHeaderSize + entry.name.size() + (NeedsZip64(entry) ? 20 : 0) + kPaddingFieldSize;
}

void PutCentral(ByteWriter& out, const ZipEntry& entry) {
  const std::vector<std::uint8_t> extra = CentralZip64(entry);
  const std::uint16_t version = extra.empty() ? kPlainVersion : kZip64Version;
  out.Plain("PK\x01\x02").U16(kMadeOnUnix | version).U16(version).U16(kUtf8Names).U16(0).U16(0).U16(kDosDate);
  out.U32(entry.crc).U32(Capped(entry.size, kMax32)).U32(Capped(entry.size, kMax32));
  out.U16(entry.name.size()).U16(extra.size()).U16(0).U16(0).U16(0).U32(kPlainFileMode);
  out.U32(Capped(entry.header_offset, kMax32)).Plain(entry.name).Bytes(extra);
}

}  // namespace

std::uint32_t Crc32(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

void LayOutZip(std::span<ZipEntry> entries) {
  std::uint64_t offset = 0;
  for (ZipEntry& entry : entries) {
    entry.header_offset = offset;
    const std::uint64_t end = offset + SmallestHeader(entry);
    entry.data_offset = (end + kZipAlignment - 1) / kZipAlignment * kZipAlignment;
    offset = entry.data_offset + entry.size;
  }
}

std::vector<std::uint8_t> ZipLocalHeader(const ZipEntry& entry) {
  const std::vector<std::uint8_t> zip64 = LocalZip64(entry);
  const std::uint64_t padding = entry.data_offset - entry.header_offset - SmallestHeader(entry);
  ByteWriter out;
  out.Plain("PK\x03\x04")
      .U16(zip64.empty() ? kPlainVersion : kZip64Version)
      .U16(kUtf8Names)
      .U16(0)
      .U16(0)
      .U16(kDosDate);
  out.U32(entry.crc).U32(Capped(entry.size, kMax32)).U32(Capped(entry.size, kMax32));
  out.U16(entry.name.size()).U16(zip64.size() + kPaddingFieldSize + padding).Plain(entry.name).Bytes(zip64);
  out.U16(kPaddingExtra).U16(2 + padding).U16(kZipAlignment);
  out.Bytes(std::vector<std::uint8_t>(static_cast<std::size_t>(padding), 0));
  return out.Take();
}

std::vector<std::uint8_t> ZipDirectory(std::span<const ZipEntry> entries) {
  const std::uint64_t start = entries.empty() ? 0 : entries.back().data_offset + entries.back().size;
  const std::uint64_t count = entries.size();
  ByteWriter out;
  for (const ZipEntry& entry : entries) PutCentral(out, entry);
  const std::uint64_t size = out.size();
  if (count >= kMax16 || start >= kMax32 || size >= kMax32) {
    out.Plain("PK\x06\x06").U64(44).U16(kMadeOnUnix | kZip64Version).U16(kZip64Version).U32(0).U32(0);
    out.U64(count).U64(count).U64(size).U64(start);
    out.Plain(std::string_view("PK\x06\x07", 4)).U32(0).U64(start + size).U32(1);
  }
  out.Plain("PK\x05\x06").U16(0).U16(0).U16(Capped(count, kMax16)).U16(Capped(count, kMax16));
  out.U32(Capped(size, kMax32)).U32(Capped(start, kMax32)).U16(kZipCommentPrefix.size() + kZipDigestChars);
  out.Plain(kZipCommentPrefix);
  return out.Take();
}

}  // namespace rv::asset
