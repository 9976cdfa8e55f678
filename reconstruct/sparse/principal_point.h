// Is the principal point where the picture's center is? Freed, it always fits a little better, since it takes
// up silhouettes, rolling shutter and other errors that neighboring tracks share. How far such errors move
// it is measured: parts of the scene are asked one by one, and where they disagree, it is the errors that
// speak.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "base/result.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

// Splits the map's valid points into `groups` (a power of two) parts of the scene of about equal numbers,
// halving the widest extent each time. Group by point; -1 for points that are not valid.
std::vector<int> SplitScene(const SparseMap& map, int groups);

// What speaks for principal points off the center.
struct PrincipalPointEvidence {
  // Log of how much likelier the data are by displaced ones; parts that agree count, not single observations.
  double evidence = 0;
  double penalty = 0;  // Akaike's, of the numbers that are fitted: what chance alone explains
};

// `centered`: a map adjusted with its principal points held and a Cauchy loss of `loss_scale`.
Result<PrincipalPointEvidence> TestPrincipalPoints(const SparseMap& centered, double loss_scale);

// What the displacements cost under the prior that a principal point is at its picture's center.
double PrincipalPointPriorCost(const SparseMap& map);

// `free`: a map adjusted with its principal points free. By camera, for the adjustments that follow: standard
// deviations of a prior in x and y, round the picture's center. A bundle adjustment takes observations for
// independent, so that a prior, to be heard, is as much too sure of itself as they are.
Result<std::vector<Eigen::Vector2d>> PrincipalPointPriorSigmas(const SparseMap& free, double loss_scale);

}  // namespace rv::sparse
