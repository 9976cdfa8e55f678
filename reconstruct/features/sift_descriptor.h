// Orientation and descriptor of a keypoint (Lowe, "Distinctive Image Features from Scale-Invariant
// Keypoints", IJCV 2004, sections 5 and 6). The descriptor's gradients are taken on a grid that is turned
// with the keypoint, so that a sample's cells and weights are the same for all keypoints.
#pragma once

#include <array>
#include <vector>

#include "reconstruct/features/scale_space.h"

namespace rv::features {

inline constexpr int kSiftCells = 4;  // along either side
inline constexpr int kSiftDirections = 8;
using SiftHistogram = std::array<float, kSiftCells * kSiftCells * kSiftDirections>;

// Directions of the gradients round (x, y), pixels of `level`, blurred by `sigma` pixels: the most frequent,
// and others at least 0.8 times as frequent. Radians from the x axis towards the y axis, in [0, 2 pi). None
// where the picture is even.
std::vector<double> DominantDirections(const ScalePlane& level, double x, double y, double sigma);

// Gradients round (x, y) by cell (row, column) and direction relative to `direction`; length 1, with no value
// above about 0.2 before the last scaling. Zeros where the picture is even.
SiftHistogram DescribeSift(const ScalePlane& level, double x, double y, double sigma, double direction);

}  // namespace rv::features
