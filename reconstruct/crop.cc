#include "reconstruct/crop.h"

#include <algorithm>
#include <cmath>

namespace rv::internal {
namespace {

// covered_cells(col, row) counts of covered cells in [0, col) x [0, row), for rectangle sums.
std::vector<int> IntegralOfCells(const WarpGrid& grid, const std::vector<bool>& covered) {
  std::vector<int> sums(static_cast<std::size_t>(grid.Size()));
  const auto at = [&](int col, int row) -> int& { return sums[static_cast<std::size_t>(row) * grid.cols + col]; };
  for (int row = 1; row < grid.rows; ++row) {
    for (int col = 1; col < grid.cols; ++col) {
      const bool cell = covered[grid.Index(col - 1, row - 1)] && covered[grid.Index(col, row - 1)] &&
                        covered[grid.Index(col - 1, row)] && covered[grid.Index(col, row)];
      at(col, row) = at(col - 1, row) + at(col, row - 1) - at(col - 1, row - 1) + (cell ? 1 : 0);
    }
  }
  return sums;
}

// How much of [-half, half] lies in [low, high], 0 to 1.
double Overlap(double low, double high, double half) {
  return std::clamp((std::min(high, half) - std::max(low, -half)) / (2 * half), 0.0, 1.0);
}

}  // namespace

double CropScore(const WarpGrid& grid, const CellRect& rect, double subject_px) {
  const double left = grid.left + rect.col0 * grid.cell;
  const double right = grid.left + rect.col1 * grid.cell;
  const double top = grid.top + rect.row0 * grid.cell;
  const double bottom = grid.top + rect.row1 * grid.cell;
  if (left >= 0 || right <= 0 || top >= 0 || bottom <= 0) return 0;
  const double width = right - left;
  const double height = bottom - top;
  if (width > 2 * height || height > 2 * width) return 0;
  const double held = Overlap(left, right, subject_px) * Overlap(top, bottom, subject_px);
  const double off_x = std::abs(left + right) / width;
  const double off_y = std::abs(top + bottom) / height;
  return std::sqrt(width * height) * held * held * (1 - 0.4 * off_x) * (1 - 0.4 * off_y);
}

CellRect BestCrop(const WarpGrid& grid, const std::vector<bool>& covered, double subject_px) {
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
          const double score = CropScore(grid, rect, subject_px);
          if (score <= best_score) continue;
          best_score = score;
          best = rect;
        }
      }
    }
  }
  return best;
}

}  // namespace rv::internal
