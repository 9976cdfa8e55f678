// Local features of one work picture: SIFT keypoints (Lowe, "Distinctive Image Features from Scale-Invariant
// Keypoints", IJCV 2004) with RootSIFT descriptors (Arandjelovic and Zisserman, "Three Things Everyone Should
// Know to Improve Object Retrieval", CVPR 2012).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "scene/image.h"

namespace rv::features {

inline constexpr int kDescriptorSize = 128;
inline constexpr double kDescriptorNorm = 250;  // length of a stored descriptor; rounding may add to it

// n features, largest scale first.
struct FeatureSet {
  std::vector<Eigen::Vector2d> px;        // work px, n
  std::vector<float> scale_px;            // SIFT sigma in work px, n
  std::vector<std::uint8_t> descriptors;  // n x kDescriptorSize, row-major, unit length times kDescriptorNorm
  std::size_t size() const { return px.size(); }
};

struct FeatureOptions {
  int max_features = 1800;   // strongest by response
  int detect_side_px = 640;  // longest side of the picture that SIFT sees; it doubles that once
  double contrast_threshold = 0.008;
};

// `gray` at work size; `mask` empty or of the same size: features where it is 0 are left out.
FeatureSet ExtractFeatures(const Image& gray, const Image& mask, const FeatureOptions& options);

}  // namespace rv::features
