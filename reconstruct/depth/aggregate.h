// Depth from the costs of planes: semi-global aggregation (Hirschmueller, "Stereo Processing by Semiglobal Matching and
// Mutual Information", PAMI 2008) along eight directions. Internal to reconstruct/.
#pragma once

#include <opencv2/core.hpp>

#include "reconstruct/depth/plane_sweep.h"

namespace rv::depth {

struct Winners {
  cv::Mat inverse;     // CV_32FC1, between planes
  cv::Mat confidence;  // CV_32FC1, 0 to 1: how much worse all other planes are
};

// `cost`: from SweepPlanes, over the box of `gray` (CV_8UC1) as given. A change of plane costs less at edges of `gray`.
Winners Aggregate(const cv::Mat& cost, const cv::Mat& gray, const Planes& planes);

}  // namespace rv::depth
