// Where each vertex of a view's mesh lies in a source frame: the content-preserving warp (Liu, Gleicher, Jin,
// Agarwala, "Content-Preserving Warps for 3D Video Stabilization", SIGGRAPH 2009), as the inverse map.
//
// The pre-warp pushes the vertices out to the proxy depth and projects them into the source. The warp then
// moves them so that each sparse point comes from where the source saw it (their eq. 3) while each mesh
// triangle stays similar to its pre-warped shape (their eq. 6). All positions are in source px.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/spin/proxy_depth.h"
#include "reconstruct/spin/spin_geometry.h"
#include "scene/sweep.h"

namespace rv::spin {

// The pose and the camera of one source frame.
struct SourceCamera {
  std::uint32_t frame = 0;  // index into Sweep::frames
  Camera camera;
  Rigid3 cam_from_world;
  double azimuth = 0;  // radians, as OrbitFrame::azimuth
  double elevation = 0;
};

// WarpMesh::stiffness of a mesh that is a homography because every softer one folded.
inline constexpr double kHomographyStiffness = 1000;

// Source px (original size) of each vertex; NaN where the vertex is behind the source camera.
struct WarpMesh {
  std::vector<Eigen::Vector2d> source_px;
  double stiffness = 1;  // > 1: parallax was weakened because the mesh folded
};

// Source positions of the vertices at the given inverse depths (distance / z in the view).
std::vector<Eigen::Vector2d> PreWarp(const SpinGeometry& geometry,
                                     const std::vector<double>& inverse,
                                     const VirtualStop& stop,
                                     const SourceCamera& source);

// Whether a cell that the source covers is turned over or squeezed to nothing.
bool Folds(const WarpGrid& grid, const std::vector<Eigen::Vector2d>& source_px, const Camera& camera);

// The warp of one view from one source. `inverse` is the proxy depth at stiffness 1. With
// Reconstruction::turntable, the background moves with the camera, not with the item: far from the points the
// mesh follows the picture.
WarpMesh SolveWarp(const SpinGeometry& geometry,
                   const std::vector<ViewPoint>& points,
                   const std::vector<double>& inverse,
                   const VirtualStop& stop,
                   const SourceCamera& source);

}  // namespace rv::spin
