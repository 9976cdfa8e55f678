#include "reconstruct/matching/dot_tile.h"

#include <cstring>

#include "reconstruct/features/features.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rv::matching {
namespace {

constexpr int kStep = 4;  // values of one descriptor that lie together
constexpr int kSteps = features::kDescriptorSize / kStep;
constexpr int kStepBytes = kTileColumns * kStep;

void PlainDotTile(const std::uint8_t* rows,
                  const std::int32_t* /*row_sums*/,
                  const std::uint8_t* group,
                  std::int32_t (*dots)[kTileColumns]) {
  for (int r = 0; r < kTileRows; ++r) {
    for (int c = 0; c < kTileColumns; ++c) dots[r][c] = 0;
    for (int k = 0; k < kSteps; ++k) {
      const std::uint8_t* a = rows + r * features::kDescriptorSize + k * kStep;
      const std::uint8_t* b = group + k * kStepBytes;
      for (int c = 0; c < kTileColumns; ++c) {
        for (int i = 0; i < kStep; ++i) dots[r][c] += a[i] * b[c * kStep + i];
      }
    }
  }
}

#if defined(__x86_64__)

std::int32_t FourValues(const std::uint8_t* a) {
  std::int32_t four;
  std::memcpy(&four, a, sizeof four);
  return four;
}

__attribute__((target("avx2"))) void Avx2DotTile(const std::uint8_t* rows,
                                                 const std::int32_t* /*row_sums*/,
                                                 const std::uint8_t* group,
                                                 std::int32_t (*dots)[kTileColumns]) {
  const __m256i ones = _mm256_set1_epi16(1);
  const __m256i low_bit = _mm256_set1_epi8(1);
  const __m256i high_bits = _mm256_set1_epi8(0x7f);
  for (int r = 0; r < kTileRows; r += 4) {
    __m256i sum[4][2] = {};
    for (int k = 0; k < kSteps; ++k) {
      for (int half = 0; half < 2; ++half) {
        // b = 2 * (b >> 1) + (b & 1), each small enough for a signed byte; sums of two products stay below
        // 2^15, as no descriptor is longer than 256.
        const __m256i b = _mm256_load_si256(reinterpret_cast<const __m256i*>(group + k * kStepBytes) + half);
        const __m256i b_high = _mm256_and_si256(_mm256_srli_epi16(b, 1), high_bits);
        const __m256i b_low = _mm256_and_si256(b, low_bit);
        for (int i = 0; i < 4; ++i) {
          const __m256i a =
              _mm256_set1_epi32(FourValues(rows + (r + i) * features::kDescriptorSize + k * kStep));
          const __m256i high = _mm256_madd_epi16(_mm256_maddubs_epi16(a, b_high), ones);
          const __m256i low = _mm256_madd_epi16(_mm256_maddubs_epi16(a, b_low), ones);
          sum[i][half] = _mm256_add_epi32(sum[i][half], _mm256_add_epi32(_mm256_add_epi32(high, high), low));
        }
      }
    }
    for (int i = 0; i < 4; ++i) {
      auto* out = reinterpret_cast<__m256i*>(dots[r + i]);
      _mm256_storeu_si256(out, sum[i][0]);
      _mm256_storeu_si256(out + 1, sum[i][1]);
    }
  }
}

__attribute__((target("avx512f,avx512vnni"))) void Avx512DotTile(const std::uint8_t* rows,
                                                                 const std::int32_t* row_sums,
                                                                 const std::uint8_t* group,
                                                                 std::int32_t (*dots)[kTileColumns]) {
  // The instruction wants one signed operand: columns less 128, and 128 times the row's sum added.
  const __m512i offset = _mm512_set1_epi32(static_cast<int>(0x80808080U));
  __m512i sum[kTileRows];
  for (int r = 0; r < kTileRows; ++r) sum[r] = _mm512_set1_epi32(128 * row_sums[r]);
  for (int k = 0; k < kSteps; ++k) {
    const __m512i b = _mm512_xor_si512(_mm512_load_si512(group + k * kStepBytes), offset);
    for (int r = 0; r < kTileRows; ++r) {
      const __m512i a = _mm512_set1_epi32(FourValues(rows + r * features::kDescriptorSize + k * kStep));
      sum[r] = _mm512_dpbusd_epi32(sum[r], a, b);
    }
  }
  for (int r = 0; r < kTileRows; ++r) _mm512_storeu_si512(dots[r], sum[r]);
}

#endif

}  // namespace

TileColumns::TileColumns(std::span<const std::uint8_t> descriptors)
    : count_(static_cast<int>(descriptors.size() / features::kDescriptorSize)) {
  packed_.assign(static_cast<std::size_t>(groups()) * kTileColumns * features::kDescriptorSize + kStepBytes,
                 0);
  auto* base = const_cast<std::uint8_t*>(group(0));
  for (int c = 0; c < count_; ++c) {
    std::uint8_t* at =
        base + (c / kTileColumns) * kTileColumns * features::kDescriptorSize + (c % kTileColumns) * kStep;
    const std::uint8_t* from = descriptors.data() + static_cast<std::size_t>(c) * features::kDescriptorSize;
    for (int k = 0; k < kSteps; ++k) {
      for (int i = 0; i < kStep; ++i) at[k * kStepBytes + i] = from[k * kStep + i];
    }
  }
}

const std::uint8_t* TileColumns::group(int g) const {
  const auto address = reinterpret_cast<std::uintptr_t>(packed_.data());
  const std::uintptr_t aligned = (address + kStepBytes - 1) / kStepBytes * kStepBytes;
  return packed_.data() + (aligned - address) +
         static_cast<std::size_t>(g) * kTileColumns * features::kDescriptorSize;
}

std::vector<DotTile> RunnableDotTiles() {
  std::vector<DotTile> tiles{PlainDotTile};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) tiles.push_back(Avx2DotTile);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni"))
    tiles.push_back(Avx512DotTile);
#endif
  return tiles;
}

DotTile FastestDotTile() {
  static const DotTile fastest = RunnableDotTiles().back();
  return fastest;
}

}  // namespace rv::matching
