// Colors of a surface from the captured frames.
#pragma once

#include <vector>

#include "publish/mesh/face_views.h"
#include "publish/mesh/item_frames.h"
#include "publish/mesh/surface.h"

namespace rv::mesh {

// One texture of at most `most_side` px a side. Each of its pixels is the mean of the frames that show its place, weighted by
// a high power of how well they do, so that seams between frames fade and detail stays. Where no frame shows anything, the
// colors of the corners about it go on.
TexturedMesh Textured(const Surface& surface,
                      const std::vector<ItemFrame>& frames,
                      int most_side,
                      int threads);

}  // namespace rv::mesh
