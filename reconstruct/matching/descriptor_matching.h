// Exhaustive matching of integer descriptors: mutual nearest neighbors that pass Lowe's ratio test. Integer
// sums (reconstruct/matching/dot_tile.h), so the result is the same on every processor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rv::matching {

struct FeatureMatch {
  int a = 0;  // feature in the first frame
  int b = 0;  // feature in the second frame
  friend bool operator==(const FeatureMatch&, const FeatureMatch&) = default;
};

struct MatchOptions {
  double max_ratio = 0.85;     // of the angles to the best and the second-best neighbor
  double max_angle_rad = 0.9;  // between matching descriptors
};

// `a` and `b`: n x kDescriptorSize row-major, unit length times kDescriptorNorm. Sorted by FeatureMatch::a.
std::vector<FeatureMatch> MatchDescriptors(std::span<const std::uint8_t> a,
                                           std::span<const std::uint8_t> b,
                                           const MatchOptions& options);

}  // namespace rv::matching
