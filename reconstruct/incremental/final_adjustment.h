// The last, accurate part of mapping: all points, sub-pixel observations, all intrinsics.
#pragma once

#include <vector>

#include "reconstruct/incremental/mapper.h"
#include "scene/image.h"

namespace rv::incremental {

// Adjusts `map` in place; `gray` are the work pictures by frame.
Status AdjustFinally(sparse::SparseMap& map,
                     const std::vector<Image>& gray,
                     const IncrementalOptions& options,
                     const Progress& progress);

}  // namespace rv::incremental
