#include "groknet/index/code_scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "groknet/index/code_kernels.h"

namespace rv {
namespace {

using index::kScanRows;

// Codes that all queries look at before the next ones are read: 256 KB, so that they stay in the cache.
constexpr std::size_t kBlockRows = 8192;

}  // namespace

Code CodeOf(std::span<const float> values) {
  RV_CHECK_EQ(values.size(), kScanBits);
  Code code{};
  for (std::size_t i = 0; i < kScanBits; ++i)
    if (values[i] >= 0) code[i / 8] = static_cast<std::uint8_t>(code[i / 8] | (0x80u >> (i % 8)));
  return code;
}

CodeScan::CodeScan(std::span<const Code> queries, std::size_t k, ScanKernel kernel) : k_(k), kernel_(kernel) {
  nearest_.resize(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i)
    std::memcpy(nearest_[i].query.data(), queries[i].data(), kCodeBytes);
}

// Leaves the k nearest. Later rows must then be strictly nearer than the last of them, as they lose every
// tie.
void CodeScan::Shrink(Nearest& nearest) const {
  std::vector<std::uint64_t>& keys = nearest.keys;
  if (keys.size() < k_) return;
  std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(k_ - 1), keys.end());
  keys.resize(k_);
  nearest.below = static_cast<std::uint16_t>(keys.back() >> 32);
}

// Keys gather until there are twice as many as wanted: constant work a row, whatever the order of distances.
void CodeScan::Take(Nearest& nearest,
                    std::uint64_t mask,
                    const std::uint16_t* distances,
                    std::uint32_t first_row) const {
  for (; mask != 0; mask &= mask - 1) {
    const auto row = static_cast<std::uint32_t>(std::countr_zero(mask));
    nearest.keys.push_back(std::uint64_t{distances[row]} << 32 | (first_row + row));
  }
  if (nearest.keys.size() >= 2 * k_ + index::kScanRows) Shrink(nearest);
}

void CodeScan::ScanBlock(std::span<const std::uint8_t> codes,
                         std::span<const std::uint64_t> allowed,
                         std::uint32_t first_row) {
  const index::ScanRowsFunction scan = index::ScanRows(kernel_);
  const std::size_t rows = codes.size() / kCodeBytes;
  std::array<std::uint16_t, index::kScanRows> distances;
  std::array<std::uint8_t, index::kScanRows * kCodeBytes> tail{};
  for (Nearest& nearest : nearest_) {
    for (std::size_t row = 0; row < rows; row += index::kScanRows) {
      const std::size_t count = std::min(index::kScanRows, rows - row);
      std::uint64_t mask = count == index::kScanRows ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      if (!allowed.empty()) mask &= allowed[row / index::kScanRows];
      if (mask == 0) continue;
      const std::uint8_t* at = codes.data() + row * kCodeBytes;
      if (count < index::kScanRows) {
        std::memcpy(tail.data(), at, count * kCodeBytes);
        at = tail.data();
      }
      mask &= scan(at, nearest.query.data(), nearest.below, distances.data());
      if (mask != 0) Take(nearest, mask, distances.data(), first_row + static_cast<std::uint32_t>(row));
    }
  }
}

void CodeScan::Add(std::span<const std::uint8_t> codes,
                   std::span<const std::uint64_t> allowed,
                   std::uint32_t first_row) {
  RV_CHECK_EQ(codes.size() % kCodeBytes, 0u);
  const std::size_t rows = codes.size() / kCodeBytes;
  RV_CHECK(allowed.empty() || allowed.size() * index::kScanRows >= rows);
  if (k_ == 0) return;
  for (std::size_t row = 0; row < rows; row += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, rows - row);
    ScanBlock(codes.subspan(row * kCodeBytes, count * kCodeBytes),
              allowed.empty() ? allowed : allowed.subspan(row / index::kScanRows),
              first_row + static_cast<std::uint32_t>(row));
  }
}

std::vector<std::vector<CodeMatch>> CodeScan::Finish() {
  std::vector<std::vector<CodeMatch>> all;
  all.reserve(nearest_.size());
  for (Nearest& nearest : nearest_) {
    if (k_ > 0) Shrink(nearest);
    std::ranges::sort(nearest.keys);
    std::vector<CodeMatch>& matches = all.emplace_back();
    matches.reserve(nearest.keys.size());
    for (const std::uint64_t key : nearest.keys)
      matches.push_back({static_cast<std::uint32_t>(key), static_cast<std::uint16_t>(key >> 32)});
  }
  return all;
}

}  // namespace rv
