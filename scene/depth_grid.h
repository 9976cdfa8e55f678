// How far what a captured frame shows is, pixel by pixel of a small raster.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "scene/geometry.h"

namespace rv {

struct DepthGrid {
  // A pinhole without distortion whose pixels the raster's are; the frame's camera in place and direction.
  Camera camera;
  std::vector<float> inverse;     // 1 / z, z along the camera's axis; 0 = nothing there. Row by row.
  std::vector<float> confidence;  // 0 to 1

  bool empty() const { return inverse.empty(); }
  // The pixel that a ray (x, y, 1) of the camera goes through; none beyond the raster.
  std::optional<std::size_t> Along(const Eigen::Vector3d& ray) const {
    if (empty()) return std::nullopt;
    const double x = std::floor(camera.focal_px * ray.x() + camera.cx_px);
    const double y = std::floor(camera.focal_px * ray.y() + camera.cy_px);
    if (!(x >= 0 && y >= 0 && x < camera.width && y < camera.height)) return std::nullopt;
    return static_cast<std::size_t>(y) * camera.width + static_cast<std::size_t>(x);
  }
};

}  // namespace rv
