// Robust epipolar geometry of one pair of frames: which matches obey one fundamental matrix, and how much of
// that a homography explains as well (a plane, or a camera that only turned). MAGSAC++ scoring (Barath et
// al., CVPR 2020) as implemented by OpenCV.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/descriptor_matching.h"

namespace rv::matching {

struct TwoView {
  int a = 0;  // frame indices, a < b
  int b = 0;
  std::vector<FeatureMatch> matches;                      // inliers only
  Eigen::Matrix3d fundamental = Eigen::Matrix3d::Zero();  // x_b^T F x_a = 0, work px
  double homography_share = 0;                            // inliers of the best homography / matches.size()
  double median_shift_px = 0;                             // median displacement of the inliers
};

struct TwoViewOptions {
  double max_error_px = 2.0;  // Sampson distance, work px
  int min_inliers = 15;
  std::uint64_t seed = 0;
};

// Empty when fewer than min_inliers matches agree.
std::optional<TwoView> VerifyPair(int frame_a,
                                  int frame_b,
                                  const features::FeatureSet& features_a,
                                  const features::FeatureSet& features_b,
                                  const std::vector<FeatureMatch>& matches,
                                  const TwoViewOptions& options);

}  // namespace rv::matching
