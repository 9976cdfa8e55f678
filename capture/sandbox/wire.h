// Flat records between the decoding process and its parent. The reader checks every length against what is
// left, and a failed read makes the whole record invalid.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace rv::sandbox {

class WireWriter {
 public:
  template <typename T>
  WireWriter& Put(T value) {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    const auto raw = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
    for (const std::uint8_t byte : raw) bytes_.push_back(byte);
    return *this;
  }
  WireWriter& PutBool(bool value) { return Put<std::uint8_t>(value ? 1 : 0); }
  WireWriter& PutBytes(std::span<const std::uint8_t> data) {
    Put<std::uint64_t>(data.size());
    bytes_.insert(bytes_.end(), data.begin(), data.end());
    return *this;
  }
  WireWriter& PutText(const std::string& text) {
    return PutBytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

class WireReader {
 public:
  explicit WireReader(std::span<const std::uint8_t> data) : data_(data) {}

  template <typename T>
  T Get() {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    T value{};
    if (!Take(sizeof(T))) return value;
    std::memcpy(&value, data_.data(), sizeof(T));
    data_ = data_.subspan(sizeof(T));
    return value;
  }
  bool GetBool() { return Get<std::uint8_t>() != 0; }
  std::vector<std::uint8_t> GetBytes() {
    const auto size = Get<std::uint64_t>();
    if (!Take(size)) return {};
    std::vector<std::uint8_t> out(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(size));
    data_ = data_.subspan(size);
    return out;
  }
  std::string GetText() {
    const std::vector<std::uint8_t> raw = GetBytes();
    return {raw.begin(), raw.end()};
  }
  // True when every read so far was within the record.
  bool good() const { return good_; }
  // True when the record was read to its end and nothing was wrong.
  bool done() const { return good_ && data_.empty(); }

 private:
  bool Take(std::uint64_t size) {
    if (!good_ || size > data_.size()) good_ = false;
    return good_;
  }
  std::span<const std::uint8_t> data_;
  bool good_ = true;
};

}  // namespace rv::sandbox
