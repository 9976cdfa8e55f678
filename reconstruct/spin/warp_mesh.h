// Where each vertex of a view's mesh lies in a source frame: the content-preserving warp (Liu, Gleicher, Jin,
// Agarwala, "Content-Preserving Warps for 3D Video Stabilization", SIGGRAPH 2009), as the inverse map.
//
// Pre-warp: vertices pushed out to the proxy depth and projected into the source. Warp: vertices moved so
// that each sparse point comes from where the source saw it (their eq. 3), each mesh triangle staying similar
// to its pre-warped self (their eq. 6), all in source px.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/spin/proxy_depth.h"
#include "reconstruct/spin/virtual_path.h"
#include "reconstruct/spin/warp_grid.h"
#include "scene/sweep.h"

namespace rv::spin {

// Everything about one source frame that a warp needs.
struct SourceCamera {
  std::uint32_t frame = 0;  // index into Sweep::frames
  Camera camera;
  Rigid3 cam_from_world;
  double azimuth = 0;  // radians, as OrbitFrame::azimuth
  double elevation = 0;
};

// Source px (original size) of each vertex; NaN where the vertex is behind the source camera.
struct WarpMesh {
  std::vector<Eigen::Vector2d> source_px;
  double stiffness = 1;  // > 1: parallax was weakened because the mesh folded
};

// Source positions of the vertices at the given inverse depths (distance / z in the view).
std::vector<Eigen::Vector2d> PreWarp(const WarpGrid& grid,
                                     const std::vector<double>& inverse,
                                     const VirtualPath& path,
                                     const VirtualStop& stop,
                                     const SourceCamera& source);

// True when some cell that the source covers is turned over or squeezed to nothing.
bool Folds(const WarpGrid& grid, const std::vector<Eigen::Vector2d>& source_px, const Camera& camera);

// The warp of one view from one source. `inverse` is the proxy depth at stiffness 1. Where `turntable`, the
// background moves with the camera, not with the item: away from the points the mesh follows the picture.
WarpMesh SolveWarp(const WarpGrid& grid,
                   const std::vector<ViewPoint>& points,
                   const std::vector<double>& inverse,
                   const Reconstruction& reconstruction,
                   const Orbit& orbit,
                   const VirtualPath& path,
                   const VirtualStop& stop,
                   const SourceCamera& source);

}  // namespace rv::spin
