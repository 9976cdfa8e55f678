// The path of the virtual camera: evenly spaced in azimuth, at one distance, looking at the subject's center
// with up fixed, so that the subject neither moves nor changes size. The elevation follows the smoothed
// elevation of the capture, so that little has to be warped.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "reconstruct/spin/spin_options.h"
#include "scene/geometry.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"

namespace rv::spin {

// The least step in elevation between neighboring views that people notice, degrees.
inline constexpr double kNoticedJumpDeg = 8;

// Orthonormal axes round the subject: right-handed (across, up, ahead); `ahead` points from the center
// towards azimuth 0. These are the object frame's +X, +Y, +Z.
struct OrbitAxes {
  Eigen::Vector3d across;
  Eigen::Vector3d up;
  Eigen::Vector3d ahead;
};

struct VirtualStop {
  double azimuth = 0;  // radians; may be negative in an open arc captured clockwise
  double elevation = 0;
  Rigid3 cam_from_world;
};

struct VirtualPath {
  OrbitAxes axes;
  double distance = 0;             // to the center, world units
  double focal_px = 0;             // at which the subject has its median size in the source pictures
  double spacing = 0;              // radians
  bool capped = false;             // fewer views than requested: at most two for each sharp source frame
  double largest_jump = 0;         // radians of elevation between neighboring views
  std::vector<VirtualStop> stops;  // counter-clockwise
};

OrbitAxes AxesOfOrbit(const Reconstruction& reconstruction, const Orbit& orbit);

// A camera at (azimuth, elevation, distance) about `center` that looks at it.
Rigid3 LookAtCenter(
    const Eigen::Vector3d& center, const OrbitAxes& axes, double azimuth, double elevation, double distance);

// `sources`: indices into orbit.frames of the frames that views may be warped from; at least two.
VirtualPath PlanVirtualPath(const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            const std::vector<int>& sources,
                            const SpinOptions& options);

}  // namespace rv::spin
