// A smooth depth for each vertex of a view's mesh, fitted to the sparse points that are seen from nearby.
// Solved for inverse depth z' = distance / z (1 at the subject's center): data at the points (Cauchy
// weights), second differences for smoothness, and a weak pull to the plane through the center where there
// are no points.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/spin/virtual_path.h"
#include "reconstruct/spin/warp_grid.h"

namespace rv::spin {

// A sparse point as a virtual view sees it.
struct ViewPoint {
  Eigen::Vector2d at;       // px from the principal point
  double inverse = 1;       // distance / depth
  double weight = 0;        // (0, 1]
  std::uint32_t point = 0;  // index into Reconstruction::points
};

// From where each posed frame looks at the center; invalid (zero) for frames without a pose.
std::vector<Eigen::Vector3d> ViewDirections(const Reconstruction& reconstruction, const Orbit& orbit);

// The points inside the grid that some frame within `reach` radians (weights fall off as a Gaussian of a
// third of it) of the virtual camera saw.
std::vector<ViewPoint> CollectViewPoints(const Reconstruction& reconstruction,
                                         const Orbit& orbit,
                                         const std::vector<Eigen::Vector3d>& directions,
                                         const VirtualPath& path,
                                         const VirtualStop& stop,
                                         const WarpGrid& grid,
                                         double reach);

// `stiffness` multiplies the smoothness terms: 1 by default, larger for less parallax. One value a vertex.
std::vector<double> SolveInverseDepth(const std::vector<ViewPoint>& points,
                                      const WarpGrid& grid,
                                      double focal_px,
                                      double stiffness);

}  // namespace rv::spin
