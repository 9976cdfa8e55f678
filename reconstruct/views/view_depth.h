// The depth that is stored with a view.
#pragma once

#include <vector>

#include "reconstruct/spin/spin_plan.h"
#include "scene/image.h"

namespace rv::views {

// At a quarter of the view's size, in steps of kDepthUnit where the distance to the center is 1; 0 = unknown.
// `item_inverse`: 1 / z of the item for each pixel of the view, 0 where it is not; may be empty.
Raster16 DepthOfView(const spin::SpinPlan& plan,
                     const spin::PlannedView& view,
                     const std::vector<float>& item_inverse);

}  // namespace rv::views
