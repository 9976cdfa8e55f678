// The Orbit: how the cameras of a Reconstruction go round the subject. Computed by reconstruct/orbit.h.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "scene/geometry.h"
#include "scene/ids.h"

namespace rv {

struct OrbitFrame {
  FrameId frame;
  // Radians in [0, 2 pi): 0 at the first captured frame of the ring, growing counter-clockwise seen from
  // above.
  double azimuth = 0;
  // As azimuth but continuous along the capture: a second loop goes beyond 2 pi, a clockwise one is negative.
  double unwrapped_azimuth = 0;
  double elevation = 0;  // radians above the plane through the center normal to `up`
  double radius = 0;     // distance to the center, world units
  bool on_ring = true;   // false: posed and kept, not a source of the spin's views
  // How the picture lies against `up`: 0 upright, else the quarter turns counter-clockwise that right it, 1 to 3.
  int quarter_turns = 0;
};

struct OrbitGap {
  double from_azimuth = 0;  // radians, counter-clockwise from `from` to `to`
  double to_azimuth = 0;
};

struct Orbit {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();  // the subject's center, in world
  Eigen::Vector3d up = Eigen::Vector3d::UnitY();     // unit, in world
  double up_sigma = 0;                               // standard deviation of `up`, radians
  double radius = 0;                                 // median distance of ring cameras to the center
  double subject_radius = 0;       // radius of the sphere round `center` that holds the subject, world units
  std::vector<OrbitFrame> frames;  // posed frames, capture order
  double arc = 0;                  // radians covered by the ring, 2 pi when closed
  bool closed = false;
  bool clockwise = false;      // direction of capture seen from above
  double loops = 0;            // total turning / 2 pi
  std::vector<OrbitGap> gaps;  // holes wider than the spacing allows
};

}  // namespace rv
