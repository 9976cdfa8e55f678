#include "tests/support/render/depth_truth.h"

#include <algorithm>

namespace rv::synthetic {

DepthTruth DepthAlong(const Stage& stage, const Lens& lens, const Look& look, int threads) {
  const Camera& camera = lens.camera();
  const Visibility seen(stage, lens, look, threads);
  DepthTruth truth{camera.width, camera.height, {}, Image::Make(camera.width, camera.height, 1)};
  truth.depth.assign(static_cast<std::size_t>(camera.width) * camera.height, 0.0F);
  std::vector<Hit> hits;
  for (int first = 0; first < camera.height; first += Visibility::kBandRows) {
    seen.Scan(first, std::min(camera.height, first + Visibility::kBandRows), hits);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (hits[i].triangle < 0) continue;
      const std::size_t at = static_cast<std::size_t>(first) * camera.width + i;
      truth.depth[at] = 1.0F / hits[i].inverse_depth;
      const int surface = stage.triangles[hits[i].triangle].surface;
      truth.matte.pixels[at] = surface < stage.object_surfaces ? 255 : 0;
    }
  }
  return truth;
}

}  // namespace rv::synthetic
