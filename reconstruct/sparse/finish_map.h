// From the mapper's work pixels to a Reconstruction in pixels of the originals.
#pragma once

#include "reconstruct/sparse/sparse_map.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::sparse {

// Cameras, poses, points and statistics; every frame that is out says why. Point colors stay gray; see
// reconstruct/sparse/point_colors.h.
Reconstruction FinishMap(const Sweep& sweep, const SparseMap& map);

}  // namespace rv::sparse
