// The cells of a volume in a picture. Internal to reconstruct/subject/.
#pragma once

#include <algorithm>
#include <vector>

#include "reconstruct/subject/volume.h"

namespace rv::subject {

struct SeenCell {
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
        visit(cell, SeenCell{.x = scale * u + lens.cx_px, .y = scale * v + lens.cy_px, .z = at.z()});
      }
    }
}

struct Square {
  int x0 = 0, x1 = -1, y0 = 0, y1 = -1;  // px, inclusive; empty where x1 < x0
};

// What a cell covers of the picture.
inline Square Covered(const Volume& volume, const Sight& sight, const SeenCell& at) {
  constexpr double kHalf = 0.62;  // of a cell seen from anywhere
  const int width = sight.camera.width, height = sight.camera.height;
  const double half = kHalf * sight.camera.focal_px * volume.cell / at.z;
  if (!(at.x + half >= 0 && at.y + half >= 0 && at.x - half < width && at.y - half < height)) return {};
  return {static_cast<int>(std::max(0.0, at.x - half)), static_cast<int>(std::min(width - 1.0, at.x + half)),
          static_cast<int>(std::max(0.0, at.y - half)),
          static_cast<int>(std::min(height - 1.0, at.y + half))};
}

// Per pixel, the largest of value(cell, pixel) over the cells that it looks through and for which wanted(cell) holds;
// 0 where there is none.
template <typename Wanted, typename Value>
std::vector<float> LargestSeen(const Volume& volume,
                               const Sight& sight,
                               const Wanted& wanted,
                               const Value& value) {
  const auto width = static_cast<std::size_t>(sight.camera.width);
  std::vector<float> out(width * static_cast<std::size_t>(sight.camera.height), 0.0F);
  ForEachProjected(volume, sight, wanted, [&](std::size_t cell, const SeenCell& at) {
    const Square square = Covered(volume, sight, at);
    for (int y = square.y0; y <= square.y1; ++y)
      for (int x = square.x0; x <= square.x1; ++x) {
        const std::size_t p = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
        out[p] = std::max(out[p], value(cell, p));
      }
  });
  return out;
}

}  // namespace rv::subject
