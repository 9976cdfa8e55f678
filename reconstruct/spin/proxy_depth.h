// A smooth depth for each vertex of a view's mesh, fitted to the sparse points that nearby frames see. The
// unknown is the inverse depth z' = distance / z (1 at the subject's center). The cost has data terms at the
// points (Cauchy weights), second differences for smoothness, and a weak term towards the plane through the
// center for places without points.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/spin/spin_geometry.h"

namespace rv::spin {

// A sparse point as a virtual view sees it.
struct ViewPoint {
  Eigen::Vector2d at;       // px from the principal point
  double inverse = 1;       // distance / depth
  double weight = 0;        // (0, 1]
  std::uint32_t point = 0;  // index into Reconstruction::points
};

// Per frame of the reconstruction, the unit direction from the orbit's center to the camera; zero for frames
// without a pose.
std::vector<Eigen::Vector3d> ViewDirections(const Reconstruction& reconstruction, const Orbit& orbit);

// The points inside the grid that some frame within `reach` radians of the virtual camera saw. Weights fall
// off as a Gaussian whose sigma is a third of `reach`. `directions`: from ViewDirections.
std::vector<ViewPoint> CollectViewPoints(const SpinGeometry& geometry,
                                         const std::vector<Eigen::Vector3d>& directions,
                                         const VirtualStop& stop,
                                         double reach);

// `stiffness` multiplies the smoothness terms: 1 by default, larger for less parallax. One value a vertex.
std::vector<double> SolveInverseDepth(const std::vector<ViewPoint>& points,
                                      const WarpGrid& grid,
                                      double focal_px,
                                      double stiffness);

}  // namespace rv::spin
