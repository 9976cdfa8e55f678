#include "reconstruct/subject/coarser.h"

namespace rv::subject {

Sight Coarser(Sight sight, int step) {
  Camera& lens = sight.camera;
  lens.width = (lens.width + step - 1) / step;
  lens.height = (lens.height + step - 1) / step;
  lens.focal_px /= step;
  lens.cx_px /= step;
  lens.cy_px /= step;
  return sight;
}

std::vector<float> Enlarged(std::vector<float> values, const Camera& camera, int step) {
  if (step == 1) return values;
  const int width = (camera.width + step - 1) / step;
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(camera.width) * static_cast<std::size_t>(camera.height));
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x)
      out.push_back(values[static_cast<std::size_t>(y / step * width + x / step)]);
  return out;
}

}  // namespace rv::subject
