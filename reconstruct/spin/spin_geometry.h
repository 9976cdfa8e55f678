// What every computation on a view's mesh reads: the reconstruction, its orbit, the virtual path and the
// mesh.
#pragma once

#include "reconstruct/spin/virtual_path.h"
#include "reconstruct/spin/warp_grid.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv::spin {

// Passed down a call and never kept: the members refer to the caller's data.
struct SpinGeometry {
  const Reconstruction& reconstruction;
  const Orbit& orbit;  // of `reconstruction`
  const VirtualPath& path;
  const WarpGrid& grid;  // shared by all views of the path
};

}  // namespace rv::spin
