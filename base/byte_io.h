// Numbers in files: of either byte order at a known place, and little-endian fields one after another.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/digest.h"

namespace rv {

// The number in `width` bytes (1 to 8) from `offset` on, which the caller has checked to be there.
inline std::uint64_t LittleEndianAt(std::span<const std::uint8_t> bytes, std::size_t offset, int width) {
  std::uint64_t value = 0;
  for (int i = width - 1; i >= 0; --i) value = value << 8 | bytes[offset + static_cast<std::size_t>(i)];
  return value;
}
inline std::uint64_t BigEndianAt(std::span<const std::uint8_t> bytes, std::size_t offset, int width) {
  std::uint64_t value = 0;
  for (int i = 0; i < width; ++i) value = value << 8 | bytes[offset + static_cast<std::size_t>(i)];
  return value;
}

class ByteWriter {
 public:
  template <typename T>
    requires std::is_unsigned_v<T>
  ByteWriter& Number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  ByteWriter& U16(std::uint64_t value) { return Number(static_cast<std::uint16_t>(value)); }
  ByteWriter& U32(std::uint64_t value) { return Number(static_cast<std::uint32_t>(value)); }
  ByteWriter& U64(std::uint64_t value) { return Number(value); }
  ByteWriter& Real(double value) { return Number(std::bit_cast<std::uint64_t>(value)); }
  ByteWriter& Bytes(std::span<const std::uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& Plain(std::string_view text) {
    return Bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  // A count of bytes (32 bits), then the bytes.
  void Text(std::string_view text) {
    Number(static_cast<std::uint32_t>(text.size()));
    Plain(text);
  }
  // Seven bits a byte, low ones first, the top bit says that more follow.
  void Varint(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }
  void Reserve(std::size_t size) { bytes_.reserve(size); }
  std::size_t size() const { return bytes_.size(); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::vector<std::uint8_t> Take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Reads past the end give zeros and empty texts and leave ok() false, so that callers look once, at the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

  std::span<const std::uint8_t> Bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto bytes = rest_.first(count);
    rest_ = rest_.subspan(count);
    return bytes;
  }
  template <typename T>
    requires std::is_unsigned_v<T>
  T Number() {
    const auto bytes = Bytes(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value = static_cast<T>(value | static_cast<T>(bytes[i]) << (8 * i));
    return value;
  }
  double Real() { return std::bit_cast<double>(Number<std::uint64_t>()); }
  std::string_view Plain(std::size_t count) {
    const auto bytes = Bytes(count);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string_view Text() { return Plain(Number<std::uint32_t>()); }
  std::uint32_t Varint() {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const auto byte = Number<std::uint8_t>();
      if (shift == 28 && byte > 0x0f) break;  // more than 32 bits
      value |= std::uint32_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  Sha256Digest Digest() {
    Sha256Digest digest{};
    const auto bytes = Bytes(digest.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) digest[i] = bytes[i];
    return digest;
  }

 private:
  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

// The first 8 bytes of the SHA-256, as a little-endian number: finds accidental damage of one record.
inline std::uint64_t ShortDigest(std::span<const std::uint8_t> bytes) {
  const Sha256Digest digest = Sha256(bytes);
  return ByteReader(digest).Number<std::uint64_t>();
}

}  // namespace rv
