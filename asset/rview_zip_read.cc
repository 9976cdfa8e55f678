#include <algorithm>
#include <unordered_set>

#include "asset/rview_zip.h"
#include "base/byte_io.h"
#include "base/digest.h"
#include "base/safe_name.h"
#include "base/text.h"

namespace rv::asset {
namespace {

constexpr std::size_t kCentralHeaderSize = 46;
constexpr std::size_t kZip64EndSize = 56;
constexpr std::size_t kZip64LocatorSize = 20;
constexpr std::size_t kTailSize = 22 + kZipCommentPrefix.size() + kZipDigestChars;

tl::unexpected<Error> NotWhole(const std::string& what) {
  return Fail(ErrorCode::kCorrupt, "not a whole .rview file: " + what, "copy or convert it again");
}

bool StartsWith(std::span<const std::uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

struct Directory {
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
};

// The end records say where the directory is. Nothing here is trusted beyond the bounds that are checked: the
// caller compares all these bytes with those it rebuilds.
Result<Directory> FindDirectory(const ByteSource& source) {
  if (source.size() < kTailSize) return NotWhole("it is too short");
  const std::uint64_t end = source.size() - kTailSize;
  const Result<std::vector<std::uint8_t>> tail = source.Read(end, kTailSize);
  if (!tail) return Forward(tail);
  if (!StartsWith(*tail, "PK\x05\x06") || !StartsWith(std::span(*tail).subspan(22), kZipCommentPrefix))
    return NotWhole("its end is missing");
  Directory found{.start = LittleEndianAt(*tail, 16, 4),
                  .size = LittleEndianAt(*tail, 12, 4),
                  .count = LittleEndianAt(*tail, 10, 2)};
  std::uint64_t records = end;
  if (found.count == 0xFFFF || found.start == 0xFFFFFFFF || found.size == 0xFFFFFFFF) {
    if (end < kZip64EndSize + kZip64LocatorSize) return NotWhole("its end is missing");
    records = end - kZip64EndSize - kZip64LocatorSize;
    const Result<std::vector<std::uint8_t>> zip64 = source.Read(records, kZip64EndSize);
    if (!zip64) return Forward(zip64);
    found = {.start = LittleEndianAt(*zip64, 48, 8),
             .size = LittleEndianAt(*zip64, 40, 8),
             .count = LittleEndianAt(*zip64, 32, 8)};
  }
  if (found.size > records || found.start != records - found.size)
    return NotWhole("its directory is out of place");
  return found;
}

// Sizes of 4 GiB and more stand in the ZIP64 field; offsets are not read at all, they follow from the layout.
Result<ZipEntry> ParseCentral(std::span<const std::uint8_t> bytes, std::size_t& used) {
  if (bytes.size() < kCentralHeaderSize) return NotWhole("its directory ends too early");
  const std::size_t name_size = LittleEndianAt(bytes, 28, 2);
  const std::size_t extra_size = LittleEndianAt(bytes, 30, 2);
  used = kCentralHeaderSize + name_size + extra_size;
  if (bytes.size() < used) return NotWhole("its directory ends too early");
  ZipEntry entry{.size = LittleEndianAt(bytes, 24, 4),
                 .crc = static_cast<std::uint32_t>(LittleEndianAt(bytes, 16, 4))};
  if (entry.size == 0xFFFFFFFF) {
    if (extra_size < 20) return NotWhole("a ZIP64 field is missing");
    entry.size = LittleEndianAt(bytes, kCentralHeaderSize + name_size + 4, 8);
  }
  const auto name = bytes.subspan(kCentralHeaderSize, name_size);
  entry.name.assign(name.begin(), name.end());
  if (!IsSafeName(entry.name)) return NotWhole("the name of an entry is not allowed");
  return entry;
}

Result<std::vector<ZipEntry>> ParseDirectory(std::span<const std::uint8_t> bytes,
                                             const Directory& directory) {
  std::vector<ZipEntry> entries;
  std::unordered_set<std::string> names;
  std::uint64_t left = directory.start;  // sizes are bounded by the file, so offsets cannot overflow
  while (entries.size() < directory.count) {
    std::size_t used = 0;
    Result<ZipEntry> entry = ParseCentral(bytes, used);
    if (!entry) return Forward(entry);
    if (entry->size > left) return NotWhole("entry " + entry->name + " is larger than the file");
    left -= entry->size;
    if (!names.insert(entry->name).second) return NotWhole("entry " + entry->name + " is there twice");
    bytes = bytes.subspan(used);
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Status Compare(const ByteSource& source,
               std::uint64_t offset,
               std::span<const std::uint8_t> want,
               const std::string& what) {
  const Result<std::vector<std::uint8_t>> have = source.Read(offset, want.size());
  if (!have) return Forward(have);
  if (!std::ranges::equal(*have, want)) return NotWhole(what);
  return {};
}

}  // namespace

Result<ZipEntry> ReadFirstZipEntry(const ByteSource& source) {
  if (source.size() < kZipLocalHeaderSize) return NotWhole("it is too short");
  const Result<std::vector<std::uint8_t>> fixed = source.Read(0, kZipLocalHeaderSize);
  if (!fixed) return Forward(fixed);
  if (!StartsWith(*fixed, "PK\x03\x04")) return NotWhole("it does not begin as a ZIP archive");
  const Result<std::vector<std::uint8_t>> name =
      source.Read(kZipLocalHeaderSize, LittleEndianAt(*fixed, 26, 2));
  if (!name) return Forward(name);
  ZipEntry entry{.name = std::string(name->begin(), name->end()),
                 .size = LittleEndianAt(*fixed, 22, 4),
                 .crc = static_cast<std::uint32_t>(LittleEndianAt(*fixed, 14, 4))};
  // Checked before the layout is computed, so that no other writer's name can be taken for ours.
  if (entry.name != "manifest.json" || entry.size >= 0xFFFFFFFF)
    return NotWhole("it does not begin with manifest.json");
  LayOutZip(std::span(&entry, 1));
  if (const Status status = Compare(source, 0, ZipLocalHeader(entry), "its first header is damaged"); !status)
    return Forward(status);
  return entry;
}

Result<std::vector<ZipEntry>> ReadZipEntries(const ByteSource& source, std::size_t max_files) {
  const Result<Directory> directory = FindDirectory(source);
  if (!directory) return Forward(directory);
  if (directory->count > directory->size / kCentralHeaderSize) return NotWhole("its directory is too short");
  if (directory->count > max_files)
    return Fail(ErrorCode::kInvalidArgument,
                Text("the archive has ", directory->count, " files; at most ", max_files, " are read"));
  const Result<std::vector<std::uint8_t>> bytes = source.Read(directory->start, directory->size);
  if (!bytes) return Forward(bytes);
  Result<std::vector<ZipEntry>> entries = ParseDirectory(*bytes, *directory);
  if (!entries) return Forward(entries);
  LayOutZip(*entries);
  const std::uint64_t end = entries->empty() ? 0 : entries->back().data_offset + entries->back().size;
  if (end != directory->start) return NotWhole("there are bytes between its entries and its directory");
  for (const ZipEntry& entry : *entries) {
    const Status status =
        Compare(source, entry.header_offset, ZipLocalHeader(entry), "the header of " + entry.name);
    if (!status) return Forward(status);
  }
  const std::vector<std::uint8_t> want = ZipDirectory(*entries);
  if (directory->start + want.size() + kZipDigestChars != source.size())
    return NotWhole("its directory is damaged");
  if (const Status status = Compare(source, directory->start, want, "its directory is damaged"); !status)
    return Forward(status);
  return entries;
}

Status CheckZipDigest(const ByteSource& source) {
  if (source.size() < kTailSize) return NotWhole("it is too short");
  const std::uint64_t body = source.size() - kZipDigestChars;
  Sha256Stream sha;
  const Status read =
      ForEachPiece(source, 0, body, [&](std::span<const std::uint8_t> piece) { sha.Update(piece); });
  if (!read) return Forward(read);
  const std::string digest = Hex(sha.Finish());
  return Compare(source, body, std::span(reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()),
                 "the digest over the whole file differs");
}

}  // namespace rv::asset
