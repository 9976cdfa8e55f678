// Which captured frames a view is warped from.
#pragma once

#include <vector>

#include "reconstruct/spin/subject_box.h"
#include "reconstruct/spin/virtual_path.h"
#include "reconstruct/spin/warp_mesh.h"
#include "scene/sweep.h"

namespace rv::spin {

// Indices into orbit.frames of the ring's sources of pixels: on the ring, for_spin, with a picture; capture
// order.
std::vector<int> SpinSources(const Sweep& sweep, const Orbit& orbit);

SourceCamera MakeSourceCamera(const Reconstruction& reconstruction, const OrbitFrame& frame);

// Whether the source's picture holds what the view shows at `at` (px from its principal point), taken to lie
// on the plane through the center that faces the view.
bool SeesOnPlane(const VirtualPath& path,
                 const VirtualStop& stop,
                 const SourceCamera& source,
                 const Eigen::Vector2d& at);

// For each stop up to `count` sources (indices into `sources`). The first is the main one: near in angle,
// sharp, holding the whole item (`box`) and much of the picture. The others are those that add most to what
// it covers, in that order; they may stand further away. Ties go to the earlier captured.
std::vector<std::vector<int>> ChooseSources(const Sweep& sweep,
                                            const Orbit& orbit,
                                            const std::vector<SourceCamera>& sources,
                                            const VirtualPath& path,
                                            const WarpGrid& grid,
                                            const SubjectBox& box,
                                            int count);

}  // namespace rv::spin
