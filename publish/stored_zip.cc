#include "publish/stored_zip.h"

#include <zlib.h>

#include "base/byte_io.h"

namespace rv::publish {
namespace {

constexpr std::uint64_t kAlignment = 64, kLocalHeaderBytes = 30, kFieldHeadBytes = 4;
constexpr std::uint64_t kPaddingField = 0x1986;          // as OpenUSD's own writer has it
constexpr std::uint64_t kUtf8 = 0x0800, kDate = 0x0021;  // 1 January 1980

struct Placed {
  std::uint32_t crc = 0;
  std::uint64_t offset = 0;
  std::uint64_t padding = 0;  // of the local header's extra field
};

// What local header and directory have in common, from the flags to the extra field's length.
void PutCommon(const ZipFile& file, std::uint32_t crc, std::uint64_t extra, ByteWriter& out) {
  out.U16(kUtf8).U16(0).U16(0).U16(kDate).U32(crc).U32(file.bytes.size()).U32(file.bytes.size());
  out.U16(file.name.size()).U16(extra);
}

Placed PutFile(const ZipFile& file, ByteWriter& out) {
  Placed placed{.offset = out.size()};
  placed.crc = static_cast<std::uint32_t>(
      crc32(crc32(0, nullptr, 0), file.bytes.data(), static_cast<uInt>(file.bytes.size())));
  const std::uint64_t end = placed.offset + kLocalHeaderBytes + file.name.size() + kFieldHeadBytes;
  placed.padding = kFieldHeadBytes + (kAlignment - end % kAlignment) % kAlignment;
  out.U32(0x04034b50).U16(20);
  PutCommon(file, placed.crc, placed.padding, out);
  out.Plain(file.name).U16(kPaddingField).U16(placed.padding - kFieldHeadBytes);
  for (std::uint64_t i = kFieldHeadBytes; i < placed.padding; ++i) out.Number(std::uint8_t{0});
  out.Bytes(file.bytes);
  return placed;
}

void PutRecord(const ZipFile& file, const Placed& placed, ByteWriter& out) {
  out.U32(0x02014b50).U16(0x0300 + 20).U16(20);
  PutCommon(file, placed.crc, 0, out);
  out.U16(0).U16(0).U16(0).U32(0x81A40000).U32(placed.offset).Plain(file.name);
}

}  // namespace

Result<std::vector<std::uint8_t>> StoredZip(const std::vector<ZipFile>& files) {
  std::uint64_t total = 0;
  for (const ZipFile& file : files) total += file.bytes.size() + 2 * file.name.size() + 256;
  if (total >= 0xFFFFFFFF || files.size() >= 0xFFFF)
    return Fail(ErrorCode::kUnsupported, "the package would have more than 4 GB", "ask for smaller pictures");
  ByteWriter out;
  out.Reserve(total);
  std::vector<Placed> placed;
  for (const ZipFile& file : files) placed.push_back(PutFile(file, out));
  const std::uint64_t begin = out.size();
  for (std::size_t i = 0; i < files.size(); ++i) PutRecord(files[i], placed[i], out);
  const std::uint64_t size = out.size() - begin;
  out.U32(0x06054b50).U16(0).U16(0).U16(files.size()).U16(files.size()).U32(size).U32(begin).U16(0);
  return out.Take();
}

}  // namespace rv::publish
