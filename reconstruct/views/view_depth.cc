#include "reconstruct/views/view_depth.h"

#include <algorithm>
#include <cmath>

#include "reconstruct/views/view_maker.h"

namespace rv::views {

Raster16 DepthOfView(const spin::SpinPlan& plan,
                     const spin::PlannedView& view,
                     const std::vector<float>& item_inverse) {
  Raster16 depth = spin::RenderDepth(plan.grid, view.inverse, view.points, plan.frame, kDepthUnit);
  if (item_inverse.empty()) return depth;
  for (int y = 0; y < depth.height; ++y)
    for (int x = 0; x < depth.width; ++x) {
      const int col = std::min(plan.frame.width - 1, (2 * x + 1) * plan.frame.width / (2 * depth.width));
      const int row = std::min(plan.frame.height - 1, (2 * y + 1) * plan.frame.height / (2 * depth.height));
      const float inverse = item_inverse[static_cast<std::size_t>(row) * plan.frame.width + col];
      if (inverse <= 0) continue;
      const double steps = 1 / (static_cast<double>(inverse) * plan.path.distance * kDepthUnit);
      depth.pixels[static_cast<std::size_t>(y) * depth.width + x] =
          static_cast<std::uint16_t>(std::clamp(std::lround(steps), 1L, 65535L));
    }
  return depth;
}

}  // namespace rv::views
