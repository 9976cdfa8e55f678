#include "reconstruct/spin/crop.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rv::spin {
namespace {

// Entry (col, row) counts the covered cells in [0, col) x [0, row), for rectangle sums.
std::vector<int> IntegralOfCells(const WarpGrid& grid, const std::vector<bool>& covered) {
  std::vector<int> sums(static_cast<std::size_t>(grid.Size()));
  const auto at = [&](int col, int row) -> int& {
    return sums[static_cast<std::size_t>(row) * grid.cols + col];
  };
  for (int row = 1; row < grid.rows; ++row) {
    for (int col = 1; col < grid.cols; ++col) {
      const bool cell = covered[grid.Index(col - 1, row - 1)] && covered[grid.Index(col, row - 1)] &&
                        covered[grid.Index(col - 1, row)] && covered[grid.Index(col, row)];
      at(col, row) = at(col - 1, row) + at(col, row - 1) - at(col - 1, row - 1) + (cell ? 1 : 0);
    }
  }
  return sums;
}

// Half-sides of the rectangle trimmed to have the principal point in its middle; not positive when it does
// not hold that point.
std::pair<double, double> HalfSides(const WarpGrid& grid, const CellRect& rect) {
  return {std::min(-(grid.left + rect.col0 * grid.cell), grid.left + rect.col1 * grid.cell),
          std::min(-(grid.top + rect.row0 * grid.cell), grid.top + rect.row1 * grid.cell)};
}

constexpr double kMostAspect = 2;

double HeldShare(double half_side, double needed) { return needed > half_side ? half_side / needed : 1.0; }

}  // namespace

double CropScore(const WarpGrid& grid, const CellRect& rect, const SubjectBox& box) {
  const auto [half_width, half_height] = HalfSides(grid, rect);
  if (half_width <= 0 || half_height <= 0) return 0;
  if (half_width > kMostAspect * half_height || half_height > kMostAspect * half_width) return 0;
  // The fourth power makes an item cut by a tenth worse than one of two thirds the size.
  const double held = HeldShare(half_width, box.half_width) * HeldShare(half_height, box.HalfHeight());
  return 2 * std::sqrt(half_width * half_height) * held * held * held * held;
}

bool HoldsItem(const WarpGrid& grid, const CellRect& rect, const SubjectBox& box) {
  // Coverage in whole cells may cost up to half a cell.
  const auto [half_width, half_height] = HalfSides(grid, rect);
  return half_width + 0.5 * grid.cell >= box.half_width && half_height + 0.5 * grid.cell >= box.HalfHeight();
}

CellRect BestCrop(const WarpGrid& grid, const std::vector<bool>& covered, const SubjectBox& box) {
  const std::vector<int> sums = IntegralOfCells(grid, covered);
  const auto at = [&](int col, int row) { return sums[static_cast<std::size_t>(row) * grid.cols + col]; };
  const int middle_col = static_cast<int>(std::floor(-grid.left / grid.cell));
  const int middle_row = static_cast<int>(std::floor(-grid.top / grid.cell));
  CellRect best;
  double best_score = 0;
  for (int row0 = 0; row0 <= middle_row; ++row0) {
    for (int row1 = middle_row + 1; row1 < grid.rows; ++row1) {
      for (int col0 = 0; col0 <= middle_col; ++col0) {
        for (int col1 = grid.cols - 1; col1 > middle_col; --col1) {
          const CellRect rect{.col0 = col0, .row0 = row0, .col1 = col1, .row1 = row1};
          const int cells = at(col1, row1) - at(col0, row1) - at(col1, row0) + at(col0, row0);
          if (cells != rect.Width() * rect.Height()) continue;
          const double score = CropScore(grid, rect, box);
          if (score <= best_score) continue;
          best_score = score;
          best = rect;
        }
      }
    }
  }
  return best;
}

}  // namespace rv::spin
