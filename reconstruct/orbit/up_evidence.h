// What tells which way is up, as one cost (a negative log-likelihood, up to a constant): how people hold phones, how
// high cameras go round an item, and the surface that it stands on.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace rv::orbit {

// A posed picture, all in world.
struct HeldFrame {
  Eigen::Vector3d origin;
  Eigen::Vector3d right;       // image x
  Eigen::Vector3d picture_up;  // image -y
  Eigen::Vector3d ahead;       // image z
};

struct UpEvidence {
  std::vector<HeldFrame> frames;
  Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();  // scatter of the origins, in squared camera distances
  std::optional<Eigen::Vector3d> support;            // unit normal of the surface under the item
  double support_weight = 0;                         // 0 to 1
};

// How the pictures are held against `up`.
struct Holding {
  std::vector<int>
      quarter_turns;  // per frame: 0 upright, else the quarter turns counter-clockwise that right it
  int usual = 0;      // of most frames
  double tilt = 0;    // common roll beyond the quarter turns, radians
};

Holding HoldingOf(const UpEvidence& evidence, const Eigen::Vector3d& up);

// Smaller is likelier; `up` is unit.
double UpCost(const UpEvidence& evidence, const Eigen::Vector3d& up);

}  // namespace rv::orbit
