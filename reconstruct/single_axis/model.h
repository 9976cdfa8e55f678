// Single-axis motion: the item turns about one fixed axis before a still camera, or the camera goes round it
// on a ring. In frames `turn` (origin on the axis, y up along it, the mean camera's distance is 1) and `cam`:
//
//   cam_from_world_i = Deviation_i * cam_from_turn * RotY(angle_i)
//   cam_from_turn    = RotZ(roll) * [x, -c y + s z, -s y - c z] + (side, 0, 1),   s, c = sin, cos(tilt)
//
// `world` is the item's own frame: `turn` at angle 0. Tilt is the camera's elevation over the plane of the
// turn; shifts along the axis and the scale cannot be seen and are fixed. Fitzgibbon, Cross, Zisserman,
// "Automatic 3D Model Construction for Turn-Table Sequences", SMILE 1998; Jiang, Tsui, Quan, Zisserman,
// "Single Axis Geometry by Fitting Conics", ECCV 2002.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "reconstruct/sparse/sparse_map.h"

namespace rv::single_axis {

// The axis as the mean camera sees it.
struct TurnAxis {
  double roll = 0;  // radians, of the axis in the picture
  double tilt = 0;  // radians, camera above the turn's plane
  double side = 0;  // the axis passes this far right of the optical axis, in camera distances
};

// How one camera stands off the ring: a small rotation vector about its own center, then height and distance
// along its own y and z, in camera distances. All zero for a still camera.
using PoseDeviation = std::array<double, 5>;

struct SingleAxisModel {
  TurnAxis axis;
  std::vector<double> angles;             // by frame, radians, continuous along the capture; the first is 0
  std::vector<PoseDeviation> deviations;  // by frame
};

Rigid3 CamFromTurn(const TurnAxis& axis);
Rigid3 CamFromWorld(const SingleAxisModel& model, int frame);

// Sets the pose of every posed frame of `map`.
void ApplyModel(const SingleAxisModel& model, sparse::SparseMap& map);

}  // namespace rv::single_axis
