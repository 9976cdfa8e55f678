// The mesh that lies over a virtual picture. Coordinates are px of the virtual camera at full scale, measured
// from its principal point (x right, y down).
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

namespace rv::spin {

struct WarpGrid {
  double left = 0;
  double top = 0;
  double cell = 1;  // side of a square cell
  int cols = 2;     // vertices
  int rows = 2;

  int Size() const { return cols * rows; }
  // Numbered along the shorter side, which keeps systems over the mesh narrow.
  int Index(int col, int row) const { return cols <= rows ? row * cols + col : col * rows + row; }
  // Largest difference of two indices at most `reach` vertices apart along each axis.
  int Bandwidth(int reach) const { return reach * std::min(cols, rows) + reach; }
  Eigen::Vector2d At(int col, int row) const { return {left + col * cell, top + row * cell}; }
};

// Bilinear weights of a position inside the grid.
struct GridSample {
  int index[4];
  double weight[4];

  Eigen::Vector2d Of(const std::vector<Eigen::Vector2d>& values) const {
    return weight[0] * values[index[0]] + weight[1] * values[index[1]] + weight[2] * values[index[2]] +
           weight[3] * values[index[3]];
  }
  double Of(const std::vector<double>& values) const {
    return weight[0] * values[index[0]] + weight[1] * values[index[1]] + weight[2] * values[index[2]] +
           weight[3] * values[index[3]];
  }
};

inline bool Contains(const WarpGrid& grid, const Eigen::Vector2d& at) {
  const double x = (at.x() - grid.left) / grid.cell;
  const double y = (at.y() - grid.top) / grid.cell;
  return x >= 0 && y >= 0 && x <= grid.cols - 1 && y <= grid.rows - 1;
}

// Positions outside are extrapolated from the nearest cell.
inline GridSample SampleAt(const WarpGrid& grid, const Eigen::Vector2d& at) {
  const double x = (at.x() - grid.left) / grid.cell;
  const double y = (at.y() - grid.top) / grid.cell;
  const int col = std::clamp(static_cast<int>(std::floor(x)), 0, grid.cols - 2);
  const int row = std::clamp(static_cast<int>(std::floor(y)), 0, grid.rows - 2);
  const double u = x - col;
  const double v = y - row;
  return {.index = {grid.Index(col, row), grid.Index(col + 1, row), grid.Index(col, row + 1),
                    grid.Index(col + 1, row + 1)},
          .weight = {(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v}};
}

}  // namespace rv::spin
