#include "reconstruct/subject/volume.h"

#include <algorithm>
#include <cmath>

#include "reconstruct/subject/project_cells.h"

namespace rv::subject {
std::ptrdiff_t Volume::CellOf(const Eigen::Vector3d& position) const {
  const Eigen::Vector3d at = axes.transpose() * (position - corner) / cell;
  const int x = static_cast<int>(std::floor(at.x())), y = static_cast<int>(std::floor(at.y())),
            z = static_cast<int>(std::floor(at.z()));
  if (x < 0 || y < 0 || z < 0 || x >= size.width || y >= size.height || z >= size.depth) return -1;
  return static_cast<std::ptrdiff_t>(Index(x, y, z));
}

std::vector<int> PixelsOfCells(const Volume& volume, const Sight& sight) {
  std::vector<int> out(volume.size.Count(), -1);
  const int width = sight.camera.width, height = sight.camera.height;
  ForEachProjected(
      volume, sight, [](std::size_t) { return true; },
      [&](std::size_t cell, const SeenCell& at) {
        if (!(at.x >= 0 && at.y >= 0 && at.x < width && at.y < height)) return;
        out[cell] = static_cast<int>(at.y) * width + static_cast<int>(at.x);
      });
  return out;
}

namespace {

constexpr float kNothing = 0.02F;  // values below count as 0

}  // namespace

Shells MakeShells(const Volume& volume, std::vector<std::vector<float>> values) {
  Shells out{.values = std::move(values), .shown = std::vector<char>(volume.size.Count(), 0)};
  const int w = volume.size.width, h = volume.size.height, d = volume.size.depth;
  const std::ptrdiff_t row = w, slice = static_cast<std::ptrdiff_t>(w) * h;
  const auto enclosed = [&](std::ptrdiff_t cell) {
    for (const std::ptrdiff_t step : {std::ptrdiff_t{-1}, std::ptrdiff_t{1}, -row, row, -slice, slice})
      for (const std::vector<float>& shell : out.values)
        if (shell[static_cast<std::size_t>(cell + step)] < shell[static_cast<std::size_t>(cell)])
          return false;
    return true;
  };
  for (int z = 0; z < d; ++z)
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) {
        const std::size_t cell = volume.Index(x, y, z);
        const bool inside = x > 0 && y > 0 && z > 0 && x + 1 < w && y + 1 < h && z + 1 < d;
        out.shown[cell] =
            out.values.back()[cell] >= kNothing && !(inside && enclosed(static_cast<std::ptrdiff_t>(cell)));
      }
  return out;
}

std::vector<std::vector<float>> Projected(const Volume& volume, const Shells& shells, const Sight& sight) {
  const auto width = static_cast<std::size_t>(sight.camera.width);
  const std::size_t count = shells.values.size();
  std::vector<std::vector<float>> out(
      count, std::vector<float>(width * static_cast<std::size_t>(sight.camera.height)));
  ForEachProjected(
      volume, sight, [&](std::size_t cell) { return shells.shown[cell] != 0; },
      [&](std::size_t cell, const SeenCell& at) {
        const Square square = Covered(volume, sight, at);
        for (std::size_t k = count; k-- > 0;) {
          const float value = shells.values[k][cell];
          if (value < kNothing) break;
          for (int y = square.y0; y <= square.y1; ++y) {
            float* row = &out[k][static_cast<std::size_t>(y) * width];
            for (int x = square.x0; x <= square.x1; ++x) row[x] = std::max(row[x], value);
          }
        }
      });
  return out;
}

}  // namespace rv::subject
