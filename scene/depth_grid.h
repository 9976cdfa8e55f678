// How far what a captured frame shows is, pixel by pixel of a small raster.
#pragma once

#include <vector>

#include "scene/geometry.h"

namespace rv {

struct DepthGrid {
  // A pinhole without distortion whose pixels the raster's are; the frame's camera in place and direction.
  Camera camera;
  std::vector<float> inverse;     // 1 / z, z along the camera's axis; 0 = nothing there. Row by row.
  std::vector<float> confidence;  // 0 to 1

  bool empty() const { return inverse.empty(); }
};

}  // namespace rv
