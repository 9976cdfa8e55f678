// The pose of one frame from points that it sees: P3P inside RANSAC (Fischler and Bolles, 1981; Ke and
// Roumeliotis, "An Efficient Algebraic Solution to the Perspective-Three-Point Problem", CVPR 2017, as in
// OpenCV), then robust refinement of the six pose parameters.
#pragma once

#include <optional>

#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

struct ResectionOptions {
  double max_error_px = 6;
  int min_inliers = 12;
  double min_inlier_share = 0.2;
};

struct ResectionResult {
  Rigid3 cam_from_world;
  int inliers = 0;
  int candidates = 0;
};

// The frame's observations of valid points decide; the map is not changed. `inliers` < min_inliers is empty.
std::optional<ResectionResult> ResectFrame(const SparseMap& map, int frame, const ResectionOptions& options);

}  // namespace rv::sparse
