#include "groknet/index/code_kernels.h"

#include <cstring>

#include "base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rv::index {
namespace {

std::uint64_t Word(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t MaskBelow(const std::uint16_t* distances, std::uint16_t below) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kScanRows; ++i) mask |= std::uint64_t{distances[i] < below} << i;
  return mask;
}

// Bits counted in pairs, fours and eights at once (Warren, Hacker's Delight, 2nd ed. 2012, section 5-1).
int CountBits(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555u;
  x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return static_cast<int>((x * 0x0101010101010101u) >> 56);
}

std::uint64_t ScanPlain(const std::uint8_t* codes,
                        const std::uint64_t* query,
                        std::uint16_t below,
                        std::uint16_t* distances) {
  for (std::size_t row = 0; row < kScanRows; ++row, codes += kCodeBytes) {
    int distance = 0;
    for (std::size_t word = 0; word < 4; ++word) distance += CountBits(Word(codes + 8 * word) ^ query[word]);
    distances[row] = static_cast<std::uint16_t>(distance);
  }
  return MaskBelow(distances, below);
}

#if defined(__x86_64__)

__attribute__((target("popcnt"))) std::uint64_t ScanPopcnt(const std::uint8_t* codes,
                                                           const std::uint64_t* query,
                                                           std::uint16_t below,
                                                           std::uint16_t* distances) {
  for (std::size_t row = 0; row < kScanRows; ++row, codes += kCodeBytes) {
    int distance = 0;
    for (std::size_t word = 0; word < 4; ++word)
      distance += __builtin_popcountll(Word(codes + 8 * word) ^ query[word]);
    distances[row] = static_cast<std::uint16_t>(distance);
  }
  return MaskBelow(distances, below);
}

// The differing bits of one code, counted by table look-up of half bytes (Mula, Kurz, Lemire, Faster
// Population Counts Using AVX2 Instructions, The Computer Journal 2018): four sums of at most 64, one in each
// 64-bit lane.
__attribute__((target("avx2"))) inline __m256i CountAvx2(const std::uint8_t* code, __m256i query) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low = _mm256_set1_epi8(0x0f);
  const __m256i bits = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(code)), query);
  const __m256i count_low = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, low));
  const __m256i count_high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bits, 4), low));
  return _mm256_sad_epu8(_mm256_add_epi8(count_low, count_high), _mm256_setzero_si256());
}

// Four codes at a time: their lane sums side by side in 16 bits each, so that one horizontal sum gives all
// four.
__attribute__((target("avx2"))) std::uint64_t ScanAvx2(const std::uint8_t* codes,
                                                       const std::uint64_t* query,
                                                       std::uint16_t below,
                                                       std::uint16_t* distances) {
  const __m256i q = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query));
  for (std::size_t row = 0; row < kScanRows; row += 4, codes += 4 * kCodeBytes) {
    const __m256i sums = _mm256_or_si256(
        _mm256_or_si256(CountAvx2(codes, q), _mm256_slli_epi64(CountAvx2(codes + kCodeBytes, q), 16)),
        _mm256_or_si256(_mm256_slli_epi64(CountAvx2(codes + 2 * kCodeBytes, q), 32),
                        _mm256_slli_epi64(CountAvx2(codes + 3 * kCodeBytes, q), 48)));
    const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    const __m128i whole = _mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(distances + row), whole);
  }
  std::uint64_t mask = 0;
  const __m256i limit = _mm256_set1_epi16(static_cast<short>(below));
  for (std::size_t row = 0; row < kScanRows; row += 32) {
    const auto* at = reinterpret_cast<const __m256i*>(distances + row);
    const __m256i first = _mm256_cmpgt_epi16(limit, _mm256_loadu_si256(at));
    const __m256i second = _mm256_cmpgt_epi16(limit, _mm256_loadu_si256(at + 1));
    // Packing goes by halves of registers; the permutation restores the order of rows.
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi16(first, second), 0xd8);
    mask |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(packed))} << row;
  }
  return mask;
}

// As ScanAvx2, two codes in each register.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq"))) std::uint64_t ScanAvx512(
    const std::uint8_t* codes, const std::uint64_t* query, std::uint16_t below, std::uint16_t* distances) {
  const __m512i q = _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(query)));
  for (std::size_t row = 0; row < kScanRows; row += 8, codes += 8 * kCodeBytes) {
    const __m512i c0 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(codes), q));
    const __m512i c1 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(codes + 64), q));
    const __m512i c2 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(codes + 128), q));
    const __m512i c3 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(codes + 192), q));
    const __m512i sums =
        _mm512_or_si512(_mm512_or_si512(c0, _mm512_slli_epi64(c1, 16)),
                        _mm512_or_si512(_mm512_slli_epi64(c2, 32), _mm512_slli_epi64(c3, 48)));
    const __m256i even = _mm512_castsi512_si256(sums);  // codes 0, 2, 4, 6
    const __m256i odd = _mm512_extracti64x4_epi64(sums, 1);
    const __m256i pairs =
        _mm256_add_epi64(_mm256_unpacklo_epi64(even, odd), _mm256_unpackhi_epi64(even, odd));
    const __m128i whole = _mm_add_epi64(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(distances + row),
                     _mm_unpacklo_epi16(whole, _mm_unpackhi_epi64(whole, whole)));
  }
  const __m512i limit = _mm512_set1_epi16(static_cast<short>(below));
  const std::uint64_t first = _mm512_cmplt_epu16_mask(_mm512_loadu_si512(distances), limit);
  const std::uint64_t second = _mm512_cmplt_epu16_mask(_mm512_loadu_si512(distances + 32), limit);
  return first | (second << 32);
}

#endif

}  // namespace

ScanRowsFunction ScanRows(ScanKernel kernel) {
  RV_CHECK(ScanKernelRuns(kernel));
#if defined(__x86_64__)
  switch (kernel) {
    case ScanKernel::kPlain:
      return ScanPlain;
    case ScanKernel::kPopcnt:
      return ScanPopcnt;
    case ScanKernel::kAvx2:
      return ScanAvx2;
    case ScanKernel::kAvx512:
      return ScanAvx512;
  }
#endif
  return ScanPlain;
}

}  // namespace rv::index

namespace rv {

std::string_view ScanKernelName(ScanKernel kernel) {
  switch (kernel) {
    case ScanKernel::kPlain:
      return "plain";
    case ScanKernel::kPopcnt:
      return "popcnt";
    case ScanKernel::kAvx2:
      return "avx2";
    case ScanKernel::kAvx512:
      return "avx512";
  }
  return "";
}

bool ScanKernelRuns(ScanKernel kernel) {
  if (kernel == ScanKernel::kPlain) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  switch (kernel) {
    case ScanKernel::kPopcnt:
      return __builtin_cpu_supports("popcnt") != 0;
    case ScanKernel::kAvx2:
      return __builtin_cpu_supports("avx2") != 0;
    case ScanKernel::kAvx512:
      return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
             __builtin_cpu_supports("avx512vpopcntdq") != 0;
    default:
      break;
  }
#endif
  return false;
}

ScanKernel FastestScanKernel() {
  for (const ScanKernel kernel : {ScanKernel::kAvx512, ScanKernel::kAvx2, ScanKernel::kPopcnt})
    if (ScanKernelRuns(kernel)) return kernel;
  return ScanKernel::kPlain;
}

}  // namespace rv
