#include "groknet/index/half.h"

#include <array>
#include <bit>

#include "base/check.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace rv {
namespace {

constexpr std::uint32_t kFloatInfinity = 0x7f800000;
constexpr std::uint32_t kHalfInfinity = 0x7c00;

std::uint16_t ToHalf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000;
  std::uint32_t size = bits & 0x7fffffff;
  if (size > kFloatInfinity) return static_cast<std::uint16_t>(sign | kHalfInfinity | 0x200);
  if (size >= 0x47800000) return static_cast<std::uint16_t>(sign | kHalfInfinity);  // 65536 and more
  if (size < 0x38800000) {
    // Below 2^-14 the steps are 2^-24: added to 0.5, whose steps are the same, the processor rounds.
    const float rounded = std::bit_cast<float>(size) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(rounded) - 0x3f000000));
  }
  const std::uint32_t odd = (size >> 13) & 1;
  size += 0xfff + odd;  // to nearest, ties to even
  return static_cast<std::uint16_t>(sign | ((size - 0x38000000) >> 13));
}

float FromHalf(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t size = half & 0x7fffu;
  if (size >= kHalfInfinity) return std::bit_cast<float>(sign | kFloatInfinity | (size << 13));
  // The bits shifted into place make a float with its exponent 112 too low.
  const float value = std::bit_cast<float>(size << 13) * 0x1p112F;
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) void DecodeHalfF16c(std::span<const std::uint16_t> halves,
                                                        std::span<float> values) {
  std::size_t i = 0;
  for (; i + 8 <= halves.size(); i += 8) {
    const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(halves.data() + i));
    _mm256_storeu_ps(values.data() + i, _mm256_cvtph_ps(eight));
  }
  for (; i < halves.size(); ++i) values[i] = FromHalf(halves[i]);
}

bool HasF16c() {
  __builtin_cpu_init();
  // Clang's builtin does not know f16c; that of AVX also says that the system saves the registers.
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __builtin_cpu_supports("avx") != 0 && __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
#endif

}  // namespace

namespace index {

void DecodeHalfPlain(std::span<const std::uint16_t> halves, std::span<float> values) {
  RV_CHECK_EQ(halves.size(), values.size());
  for (std::size_t i = 0; i < halves.size(); ++i) values[i] = FromHalf(halves[i]);
}

}  // namespace index

void EncodeHalf(std::span<const float> values, std::span<std::uint16_t> halves) {
  RV_CHECK_EQ(halves.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) halves[i] = ToHalf(values[i]);
}

void DecodeHalf(std::span<const std::uint16_t> halves, std::span<float> values) {
#if defined(__x86_64__)
  static const bool has_f16c = HasF16c();
  if (has_f16c) {
    RV_CHECK_EQ(halves.size(), values.size());
    return DecodeHalfF16c(halves, values);
  }
#endif
  index::DecodeHalfPlain(halves, values);
}

float DotProduct(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kLanes = 16;
  RV_CHECK_EQ(a.size(), b.size());
  RV_CHECK_EQ(a.size() % kLanes, 0u);
  std::array<float, kLanes> sums{};
  for (std::size_t i = 0; i < a.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
  return sums[0];
}

}  // namespace rv
