// Synthetic sweeps without pictures: cameras round (or turning before) an object, 3D points on it, and what
// each camera sees of them, as a Reconstruction. One generator gives the whole ladder of a unit test: exact
// (the defaults), noisy (noise_px, outlier_share, jitter) and degenerate (motion, shape, few points).
//
// World: +Y up, the object's center at `center` (default the origin). Azimuth grows counter-clockwise seen
// from above: a camera at azimuth a stands at center + radius * (cos(e) sin(a), sin(e), cos(e) cos(a)), e =
// elevation.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "scene/geometry.h"
#include "scene/reconstruction.h"

namespace rv {

enum class SyntheticMotion {
  kOrbit,         // walks round the object
  kPureRotation,  // stands still and pans through arc_deg: no parallax
  kTranslation,   // moves sideways along a line of length 2 * radius, looking ahead
};

enum class SyntheticShape {
  kBlob,   // a closed, bumpy surface; a point is seen only from its own side
  kPlane,  // an upright square through the center, seen from both sides
};

struct SyntheticOrbitOptions {
  int frames = 36;
  // Turning from the first to the last camera, degrees. 360 (or a multiple) is spaced so that the next frame
  // would close the ring; any other arc has its last camera at the end of the arc.
  double arc_deg = 360;
  bool clockwise = false;
  double start_azimuth_deg = 0;
  double elevation_deg = 20;
  double elevation_rise_deg = 0;   // added linearly over the sweep: a spiral
  double elevation_swing_deg = 0;  // amplitude of one sine per turn
  double radius = 3;
  double radius_swing = 0;         // amplitude of one sine per turn, as a share of radius
  double uneven = 0;               // 0 = even steps; 0.8 = speed varies between 0.2 and 1.8 of the mean
  double look_at_wander_deg = 0;   // slow random aim error
  double jitter_position = 0;      // standard deviation per axis, world units
  double jitter_rotation_deg = 0;  // standard deviation of a random rotation
  SyntheticMotion motion = SyntheticMotion::kOrbit;

  SyntheticShape shape = SyntheticShape::kBlob;
  double object_radius = 1;
  int points = 600;           // on the object; a few (< 8) make the problem unsolvable
  int background_points = 0;  // on a shell of 3 * radius, seen from within
  Eigen::Vector3d center = Eigen::Vector3d::Zero();

  int width = 640;
  int height = 480;
  double focal_px = 700;
  double cx_offset_px = 0;  // principal point minus picture center
  double cy_offset_px = 0;
  double k1 = 0;
  double k2 = 0;

  double noise_px = 0;       // standard deviation per coordinate
  double outlier_share = 0;  // share of observations moved to a random place in the picture
  // The item turned before a still camera: flagged in the result; poses are relative to the item anyhow.
  bool turntable = false;
  std::uint64_t seed = 1;
};

struct SyntheticOrbit {
  // Exact cameras, poses and points; tracks with the asked noise and outliers. Every frame is posed, named
  // "000000.jpg" and so on. Points seen by fewer than two frames are left out.
  Reconstruction truth;
  // radians, along the capture, start_azimuth first; negative turning when clockwise
  std::vector<double> azimuth;
  std::vector<double> elevation;  // radians
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  Eigen::Vector3d up = Eigen::Vector3d::UnitY();
  double radius = 0;
  // outlier[p][i] belongs to truth.points[p].track[i].
  std::vector<std::vector<bool>> outlier;
};

SyntheticOrbit MakeSyntheticOrbit(const SyntheticOrbitOptions& options);

// cam_from_world of a camera at `eye` that looks at `target` with the picture's top towards `up`.
Rigid3 LookAt(const Eigen::Vector3d& eye, const Eigen::Vector3d& target, const Eigen::Vector3d& up);

// Turns every camera about its own center by a random angle of standard deviation `rotation_deg`, moves its
// center by a random step of standard deviation `position` per axis (world units).
void PerturbPoses(Reconstruction& reconstruction, double rotation_deg, double position, std::uint64_t seed);
// Moves every point by a random step of standard deviation `position` per axis.
void PerturbPoints(Reconstruction& reconstruction, double position, std::uint64_t seed);
// Expresses the reconstruction in another world: x2 = scale * (rotation * x) + translation. Pictures stay the
// same.
void ApplySimilarity(Reconstruction& reconstruction, double scale, const Rigid3& world2_from_world);
// Turns one camera by 180 degrees about its optical axis, with its observations: a phone held upside down.
// Exact for a principal point in the picture's center.
void TurnUpsideDown(Reconstruction& reconstruction, FrameId frame);
// Fills mean_error_px of points and frames, inliers and `stats` from the tracks as they are.
void UpdateStats(Reconstruction& reconstruction);

}  // namespace rv
