// The depth of captured frames as the asset keeps it.
#pragma once

#include "reconstruct/depth/frame_depths.h"
#include "scene/image.h"
#include "scene/rotating_view.h"

namespace rv::views {

// One raster of the frame: the depth of the item where its matte says so or the background is even, else what is behind. Sets the depth,
// confidence and range of `out`. `lens`: of the captured picture; `scale`: object units per world unit.
void StoreDepth(
    const depth::FrameDepth& depth, const Image& matte, const Camera& lens, double scale, SourceFrame& out);

}  // namespace rv::views
