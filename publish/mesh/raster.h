// A surface as a camera sees it.
#pragma once

#include <vector>

#include "publish/mesh/surface.h"
#include "scene/geometry.h"

namespace rv::mesh {

struct Raster {
  int width = 0, height = 0;
  std::vector<float> inverse;  // 1 / z of the nearest triangle, row by row; 0 = none
};

// `camera` is that of the raster; its distortion holds for corners, edges are straight.
Raster Draw(const Surface& surface, const Camera& camera, const Rigid3& cam_from_object);

// Share of an outline's pixels that two masks have in common: both over either. `matte` may be of another size.
double SilhouetteOverlap(const Raster& raster, const Image& matte);

}  // namespace rv::mesh
