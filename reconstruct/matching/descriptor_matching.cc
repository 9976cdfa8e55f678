#include "reconstruct/matching/descriptor_matching.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/dot_tile.h"

namespace rv::matching {
namespace {

struct Best {
  std::int32_t first = -1;   // dot product with the nearest
  std::int32_t second = -1;  // and with the second nearest
  std::int32_t index = -1;
};

// The best of each of a tile's lanes so far; `index` is the group for rows, the row for columns.
struct Lanes {
  std::array<std::int32_t, kTileColumns> first, second, index;
  Lanes() {
    first.fill(-1);
    second.fill(-1);
    index.fill(-1);
  }
};

// Among equals the one offered first stays.
inline __attribute__((always_inline)) void Offer(const std::int32_t* dots, std::int32_t index, Lanes& lanes) {
  for (int c = 0; c < kTileColumns; ++c) {
    const std::int32_t dot = dots[c];
    const bool better = dot > lanes.first[c];
    lanes.second[c] = std::max(lanes.second[c], std::min(lanes.first[c], dot));
    lanes.index[c] = better ? index : lanes.index[c];
    lanes.first[c] = better ? dot : lanes.first[c];
  }
}

__attribute__((target_clones("arch=skylake-avx512", "avx2", "default"))) void OfferTile(
    const std::int32_t (*dots)[kTileColumns],
    int rows,
    int first_row,
    int group,
    Lanes* of_rows,
    Lanes& of_columns) {
  for (int r = 0; r < rows; ++r) {
    Offer(dots[r], group, of_rows[r]);
    Offer(dots[r], first_row + r, of_columns);
  }
}

// The nearest over all lanes of a row; the lowest column among equals.
Best Nearest(const Lanes& lanes) {
  Best best;
  for (int c = 0; c < kTileColumns; ++c) {
    if (lanes.index[c] < 0) continue;
    const std::int32_t column = lanes.index[c] * kTileColumns + c;
    const bool better = lanes.first[c] > best.first || (lanes.first[c] == best.first && column < best.index);
    best.second = std::max({best.second, lanes.second[c], better ? best.first : lanes.first[c]});
    if (!better) continue;
    best.first = lanes.first[c];
    best.index = column;
  }
  return best;
}

double Angle(std::int32_t dot) {
  return std::acos(std::clamp(dot / (features::kDescriptorNorm * features::kDescriptorNorm), -1.0, 1.0));
}

bool Accept(const Best& best, const MatchOptions& options) {
  if (best.index < 0) return false;
  const double angle = Angle(best.first);
  return angle <= options.max_angle_rad &&
         (best.second < 0 || angle <= options.max_ratio * Angle(best.second));
}

struct BothWays {
  std::vector<Best> of_a;
  std::vector<Lanes> of_b;  // by group of TileColumns
};

BothWays CompareAll(std::span<const std::uint8_t> a, const TileColumns& b) {
  const int count_a = static_cast<int>(a.size() / features::kDescriptorSize);
  const DotTile dot_tile = FastestDotTile();
  BothWays best{.of_a = std::vector<Best>(count_a), .of_b = std::vector<Lanes>(b.groups())};
  std::array<std::uint8_t, kTileRows * features::kDescriptorSize>
      last_rows{};  // zeros after the last descriptor
  for (int i = 0; i < count_a; i += kTileRows) {
    const int rows = std::min(kTileRows, count_a - i);
    const std::uint8_t* block = a.data() + static_cast<std::size_t>(i) * features::kDescriptorSize;
    if (rows < kTileRows) {
      std::copy(block, a.data() + a.size(), last_rows.begin());
      block = last_rows.data();
    }
    std::array<std::int32_t, kTileRows> sums{};
    for (int v = 0; v < kTileRows * features::kDescriptorSize; ++v)
      sums[v / features::kDescriptorSize] += block[v];
    std::array<Lanes, kTileRows> of_rows;
    for (int g = 0; g < b.groups(); ++g) {
      std::int32_t dots[kTileRows][kTileColumns];
      dot_tile(block, sums.data(), b.group(g), dots);
      const int columns = std::min(kTileColumns, b.count() - g * kTileColumns);
      for (int r = 0; columns < kTileColumns && r < kTileRows; ++r)
        std::fill(dots[r] + columns, dots[r + 1], -1);
      OfferTile(dots, rows, i, g, of_rows.data(), best.of_b[g]);
    }
    for (int r = 0; r < rows; ++r) best.of_a[i + r] = Nearest(of_rows[r]);
  }
  return best;
}

}  // namespace

std::vector<FeatureMatch> MatchDescriptors(std::span<const std::uint8_t> a,
                                           std::span<const std::uint8_t> b,
                                           const MatchOptions& options) {
  if (a.empty() || b.empty()) return {};
  const BothWays best = CompareAll(a, TileColumns(b));
  std::vector<FeatureMatch> matches;
  for (int i = 0; i < static_cast<int>(best.of_a.size()); ++i) {
    const Best& forward = best.of_a[i];
    if (!Accept(forward, options)) continue;
    const Lanes& lanes = best.of_b[forward.index / kTileColumns];
    const int c = forward.index % kTileColumns;
    const Best back{.first = lanes.first[c], .second = lanes.second[c], .index = lanes.index[c]};
    if (back.index == i && Accept(back, options)) matches.push_back({i, forward.index});
  }
  return matches;
}

}  // namespace rv::matching
