#include "reconstruct/subject/volume.h"

#include <algorithm>
#include <cmath>

namespace rv::subject {
namespace {

struct At {
  double x = 0, y = 0, z = 0;  // px and depth
};

// Visits the cells for which `wanted` holds and that lie before the camera. The centers of a row's cells differ by a
// constant step; the lens is written out here, as it is asked some hundred million times.
template <typename Wanted, typename Visit>
void ForEachProjected(const Volume& volume, const Sight& sight, const Wanted& wanted, const Visit& visit) {
  const Camera& lens = sight.camera;
  const Eigen::Matrix3d turn = sight.cam_from_world.rotation.toRotationMatrix();
  const Eigen::Vector3d step = turn * volume.axes.col(0) * volume.cell;
  for (int z = 0; z < volume.size.depth; ++z)
    for (int y = 0; y < volume.size.height; ++y) {
      const Eigen::Vector3d first = sight.cam_from_world * volume.At(0, y, z);
      const std::size_t row = volume.Index(0, y, z);
      for (int i = 0; i < volume.size.width; ++i) {
        const std::size_t cell = row + static_cast<std::size_t>(i);
        if (!wanted(cell)) continue;
        const Eigen::Vector3d at = first + i * step;
        if (at.z() <= 1e-9) continue;
        const double u = at.x() / at.z(), v = at.y() / at.z(), r2 = u * u + v * v;
        // Far off the picture the lens folds back.
        if (1 + r2 * (3 * lens.k1 + r2 * 5 * lens.k2) <= 0) continue;
        const double scale = lens.focal_px * (1 + r2 * (lens.k1 + r2 * lens.k2));
        visit(cell, At{.x = scale * u + lens.cx_px, .y = scale * v + lens.cy_px, .z = at.z()});
      }
    }
}

}  // namespace

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
      [&](std::size_t cell, const At& at) {
        if (!(at.x >= 0 && at.y >= 0 && at.x < width && at.y < height)) return;
        out[cell] = static_cast<int>(at.y) * width + static_cast<int>(at.x);
      });
  return out;
}

namespace {

constexpr float kNothing = 0.02F;  // values below count as 0

struct Square {
  int x0 = 0, x1 = -1, y0 = 0, y1 = -1;  // px, inclusive; empty where x1 < x0
};

// What a cell covers of the picture.
Square Covered(const Volume& volume, const Sight& sight, const At& at) {
  constexpr double kHalf = 0.62;  // of a cell seen from anywhere
  const int width = sight.camera.width, height = sight.camera.height;
  const double half = kHalf * sight.camera.focal_px * volume.cell / at.z;
  if (!(at.x + half >= 0 && at.y + half >= 0 && at.x - half < width && at.y - half < height)) return {};
  return {static_cast<int>(std::max(0.0, at.x - half)), static_cast<int>(std::min(width - 1.0, at.x + half)),
          static_cast<int>(std::max(0.0, at.y - half)),
          static_cast<int>(std::min(height - 1.0, at.y + half))};
}

}  // namespace

std::vector<float> Projected(const Volume& volume,
                             const Sight& sight,
                             const std::function<bool(std::size_t)>& wanted,
                             const std::function<float(std::size_t, std::size_t)>& value) {
  const auto width = static_cast<std::size_t>(sight.camera.width);
  std::vector<float> out(width * static_cast<std::size_t>(sight.camera.height), 0.0F);
  ForEachProjected(volume, sight, wanted, [&](std::size_t cell, const At& at) {
    const Square square = Covered(volume, sight, at);
    for (int y = square.y0; y <= square.y1; ++y)
      for (int x = square.x0; x <= square.x1; ++x) {
        const std::size_t p = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
        out[p] = std::max(out[p], value(cell, p));
      }
  });
  return out;
}

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
      [&](std::size_t cell, const At& at) {
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
