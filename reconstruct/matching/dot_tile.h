// Dot products of descriptors, a tile at a time, with the widest integer instructions that the processor has.
// Integer sums: every processor gives the same result.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rv::matching {

inline constexpr int kTileRows = 8;
inline constexpr int kTileColumns = 16;

// Descriptors as the columns of tiles. Group g holds descriptors 16 g ... 16 g + 15, zeros after the last;
// within a group, the values 4 k ... 4 k + 3 of all sixteen lie together.
class TileColumns {
 public:
  // n x kDescriptorSize row-major.
  explicit TileColumns(std::span<const std::uint8_t> descriptors);

  int count() const { return count_; }
  int groups() const { return (count_ + kTileColumns - 1) / kTileColumns; }
  const std::uint8_t* group(int g) const;

 private:
  int count_ = 0;
  std::vector<std::uint8_t> packed_;
};

// dots[r][c] = sum over i of rows[r][i] * columns[c][i]: `rows` are kTileRows consecutive descriptors,
// row_sums[r] the sum over i of rows[r][i], `group` one of TileColumns. Exact as long as no descriptor's
// length exceeds 256.
using DotTile = void (*)(const std::uint8_t* rows,
                         const std::int32_t* row_sums,
                         const std::uint8_t* group,
                         std::int32_t (*dots)[kTileColumns]);

// The fastest version for this processor.
DotTile FastestDotTile();
// The versions that this processor can run, slowest first; for tests.
std::vector<DotTile> RunnableDotTiles();

}  // namespace rv::matching
