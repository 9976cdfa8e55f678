// The first two poses of a map: relative pose from an essential matrix (Nister's five-point method inside a
// robust search, as in OpenCV) for the pair that shows the most points under the widest angle.
#pragma once

#include <cstdint>
#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/two_view.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::incremental {

struct InitialPair {
  int a = 0;
  int b = 0;
  Rigid3 b_from_a;  // camera b from camera a, translation of unit length
  int points = 0;   // matches in front of both cameras
  double median_angle_rad = 0;
  double score = 0;
};

struct InitialPairOptions {
  int max_tried = 24;
  int min_points = 30;
  double min_angle_rad = 0.03;
  double max_error_px = 2;
  std::uint64_t seed = 0;
  int threads = 0;
};

// Candidates, best first; empty when no pair shows parallax. Only camera sizes and focals of `map` are read.
std::vector<InitialPair> FindInitialPairs(const sparse::SparseMap& map,
                                          const std::vector<features::FeatureSet>& features,
                                          const std::vector<matching::TwoView>& pairs,
                                          const InitialPairOptions& options);

}  // namespace rv::incremental
