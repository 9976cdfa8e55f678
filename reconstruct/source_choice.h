// Which captured frames a view is warped from.
#pragma once

#include <vector>

#include "reconstruct/virtual_path.h"
#include "reconstruct/warp_mesh.h"
#include "scene/sweep.h"

namespace rv::internal {

// Indices into orbit.frames of the ring's sources of pixels: on the ring, for_spin, with a picture; capture order.
std::vector<int> SpinSources(const Sweep& sweep, const Orbit& orbit);

SourceCamera MakeSourceCamera(const Reconstruction& reconstruction, const OrbitFrame& frame);

// For each stop the best `count` sources (indices into `sources`), best first: near in angle, sharp, and
// covering the picture. The order of equals is the capture order.
std::vector<std::vector<int>> ChooseSources(const Sweep& sweep,
                                            const Orbit& orbit,
                                            const std::vector<SourceCamera>& sources,
                                            const VirtualPath& path,
                                            const WarpGrid& grid,
                                            int count);

}  // namespace rv::internal
