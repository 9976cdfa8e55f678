// A place in the space of products, and its 256-bit code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rv {

inline constexpr std::size_t kCodeBits = 256;

// A place in the space of products: near = alike. `values` has unit length; `code` are its signs, bit i in
// byte i / 8 at position 7 - i % 8, set where values[i] >= 0.
struct Embedding {
  std::vector<float> values;
  std::array<std::uint8_t, kCodeBits / 8> code{};
};

// Scales `values` to unit length and takes the signs. `values` holds kCodeBits finite numbers, not all 0.
Embedding MakeEmbedding(std::vector<float> values);
// 64 lower-case hexadecimal digits, byte 0 first.
std::string CodeHex(const Embedding& embedding);

}  // namespace rv
