// Which captured frames a view is warped from.
#pragma once

#include <vector>

#include "reconstruct/spin/spin_geometry.h"
#include "reconstruct/spin/subject_box.h"
#include "reconstruct/spin/warp_mesh.h"
#include "scene/sweep.h"

namespace rv::spin {

// Indices into orbit.frames of the frames that views may be warped from: on the ring, for_spin, with a
// picture. Capture order.
std::vector<int> SpinSources(const Sweep& sweep, const Orbit& orbit);

SourceCamera MakeSourceCamera(const Reconstruction& reconstruction, const OrbitFrame& frame);

// Whether the source's picture holds what the view shows at `at` (px from its principal point), under the
// assumption that it lies on the plane through the center that faces the view.
bool SeesOnPlane(const VirtualPath& path,
                 const VirtualStop& stop,
                 const SourceCamera& source,
                 const Eigen::Vector2d& at);

// For each stop up to `count` sources (indices into `sources`). The first is the main source: near in angle,
// sharp, covering the whole item (`box`) and much of the picture. The others are those that add most to the
// covered area, in that order; they may be further away. Ties go to the earlier captured.
std::vector<std::vector<int>> ChooseSources(const Sweep& sweep,
                                            const SpinGeometry& geometry,
                                            const std::vector<SourceCamera>& sources,
                                            const SubjectBox& box,
                                            int count);

// For each stop, the sources near it other than its main one, nearest first, up to two; of those only that are the main
// source of some stop. `chosen`: from ChooseSources.
std::vector<std::vector<int>> ChooseItemFills(const VirtualPath& path,
                                              const std::vector<SourceCamera>& sources,
                                              const std::vector<std::vector<int>>& chosen,
                                              const Eigen::Vector3d& center);

}  // namespace rv::spin
