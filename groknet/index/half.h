// Embeddings in half precision (IEEE 754-2008 binary16), and their dot product.
//
// 256 half floats take 512 bytes, half of what floats take; a component of a unit vector moves by at most
// 2^-12 of itself, a cosine by about 1e-4, which costs no measurable recall (bench/index.cc prints it).
#pragma once

#include <cstdint>
#include <span>

namespace rv {

// Nearest half float, ties to even; beyond 65504 infinity. Sizes must agree.
void EncodeHalf(std::span<const float> values, std::span<std::uint16_t> halves);

// Exact. Sizes must agree. Uses the processor's conversion where there is one: same result.
void DecodeHalf(std::span<const std::uint16_t> halves, std::span<float> values);

// The sum of a[i] * b[i] in a fixed order, so that it is the same on every processor. The size is a multiple
// of 16.
float DotProduct(std::span<const float> a, std::span<const float> b);

namespace index {
void DecodeHalfPlain(std::span<const std::uint16_t> halves, std::span<float> values);
}  // namespace index

}  // namespace rv
