// SHA-256 (FIPS 180-4) of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rv {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest Sha256(std::span<const std::uint8_t> bytes);

// 64 lower-case hexadecimal digits.
std::string Hex(const Sha256Digest& digest);

// The same digest over bytes that arrive in pieces. Move-only.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  ~Sha256Stream();

  void Update(std::span<const std::uint8_t> bytes);
  // Call once, last.
  Sha256Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rv
