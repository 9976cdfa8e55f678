// Exact nearest 256-bit codes by Hamming distance: a scan over all of them, no structure beside the codes.
//
// One million codes are 32 MB, which a core with a vector population count reads in under 2 ms, so an exact
// scan is simpler and safer than an approximate structure up to tens of millions. The fastest kernel that the
// processor has is chosen at run time; all of them give the same distances, hence the same results.
// Debian's FAISS is built without popcnt and takes several times as long (bench/index.cc prints both).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rv {

inline constexpr std::size_t kScanBits = 256;
inline constexpr std::size_t kCodeBytes = kScanBits / 8;
using Code = std::array<std::uint8_t, kCodeBytes>;

// Bit i of the code (byte i / 8, bit 7 - i % 8) says values[i] >= 0. values: 256 numbers.
Code CodeOf(std::span<const float> values);

enum class ScanKernel { kPlain, kPopcnt, kAvx2, kAvx512 };
std::string_view ScanKernelName(ScanKernel kernel);
// Whether this processor can run it.
bool ScanKernelRuns(ScanKernel kernel);
ScanKernel FastestScanKernel();

struct CodeMatch {
  std::uint32_t row = 0;
  std::uint16_t distance = 0;  // 0..256
  friend bool operator==(const CodeMatch&, const CodeMatch&) = default;
};

// A scan for the k nearest rows of each of several queries. The rows come in pieces (segments of an index),
// in rising order; which row wins a tie depends on nothing but its number: the lower one. One thread; make
// one scan for each.
class CodeScan {
 public:
  CodeScan(std::span<const Code> queries, std::size_t k, ScanKernel kernel = FastestScanKernel());

  // codes: n * 32 bytes, row-major; their rows are first_row, first_row + 1, ... Every row must lie above
  // those of earlier calls. allowed: empty = all rows, else at least ceil(n / 64) words whose bit i % 64 of
  // word i / 64 says whether row first_row + i takes part.
  void Add(std::span<const std::uint8_t> codes,
           std::span<const std::uint64_t> allowed,
           std::uint32_t first_row);

  // For each query its matches, nearest first, ties by row: k of them, fewer when fewer rows took part. Call
  // last.
  std::vector<std::vector<CodeMatch>> Finish();

 private:
  // The matches of one query so far: row numbers below, distances above, so that keys order as matches do.
  struct Nearest {
    std::array<std::uint64_t, 4> query{};
    std::vector<std::uint64_t> keys;
    std::uint16_t below = kScanBits + 1;  // rows at this distance or further can no longer win
  };
  void Take(Nearest& nearest,
            std::uint64_t mask,
            const std::uint16_t* distances,
            std::uint32_t first_row) const;
  void Shrink(Nearest& nearest) const;
  void ScanBlock(std::span<const std::uint8_t> codes,
                 std::span<const std::uint64_t> allowed,
                 std::uint32_t first_row);

  std::vector<Nearest> nearest_;
  std::size_t k_;
  ScanKernel kernel_;
};

}  // namespace rv
