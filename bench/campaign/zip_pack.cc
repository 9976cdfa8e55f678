#include "bench/campaign/zip_pack.h"

#include <zlib.h>

namespace rv::campaign {
namespace {

constexpr int kCipherHeader = 12;  // bytes that PKWARE's cipher puts before the data

class LittleEndian {
 public:
  LittleEndian& U16(std::uint32_t value) { return Put(value, 2); }
  LittleEndian& U32(std::uint32_t value) { return Put(value, 4); }
  LittleEndian& Raw(const auto& bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Bytes out;

 private:
  LittleEndian& Put(std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
};

// Raw deflate, without zlib's own header.
Bytes Deflated(const Bytes& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Packed {
  Bytes data;
  std::uint32_t crc = 0;
  std::uint32_t offset = 0;
};

// The fields that a local header and the directory share.
void Shared(const ZipEntry& entry, const Packed& packed, LittleEndian& out) {
  // Names are not marked as UTF-8: many packers do not either, and some names are not.
  out.U16(20).U16(entry.encrypted ? 1U : 0U).U16(entry.deflate ? 8 : 0);
  out.U32(0x5B7A0000).U32(packed.crc);  // a fixed date
  out.U32(static_cast<std::uint32_t>(packed.data.size())).U32(static_cast<std::uint32_t>(entry.bytes.size()));
  out.U16(static_cast<std::uint32_t>(entry.name.size())).U16(0);
}

}  // namespace

Bytes PackZip(const std::vector<ZipEntry>& entries) {
  LittleEndian file;
  std::vector<Packed> packed;
  for (const ZipEntry& entry : entries) {
    Packed p{.data = entry.deflate ? Deflated(entry.bytes) : entry.bytes};
    p.crc = static_cast<std::uint32_t>(crc32(0, entry.bytes.data(), static_cast<uInt>(entry.bytes.size())));
    if (entry.encrypted) p.data.insert(p.data.begin(), kCipherHeader, 0xA5);
    p.offset = static_cast<std::uint32_t>(file.out.size());
    file.U32(0x04034B50);
    Shared(entry, p, file);
    file.Raw(entry.name).Raw(p.data);
    packed.push_back(std::move(p));
  }
  const auto directory = static_cast<std::uint32_t>(file.out.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    file.U32(0x02014B50).U16(20);
    Shared(entries[i], packed[i], file);
    file.U16(0).U16(0).U16(0).U32(0).U32(packed[i].offset).Raw(entries[i].name);
  }
  const auto size = static_cast<std::uint32_t>(file.out.size()) - directory;
  const auto count = static_cast<std::uint32_t>(entries.size());
  file.U32(0x06054B50).U16(0).U16(0).U16(count).U16(count).U32(size).U32(directory).U16(0);
  return file.out;
}

}  // namespace rv::campaign
