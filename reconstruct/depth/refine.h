// Depth between planes: Gauss-Newton steps on the brightness that the other frames show (Lucas and Kanade, "An Iterative
// Image Registration Technique with an Application to Stereo Vision", IJCAI 1981), along each pixel's ray, over small
// windows. Internal to reconstruct/.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "reconstruct/depth/depth_frame.h"
#include "reconstruct/depth/plane_sweep.h"

namespace rv::depth {

// Moves `inverse` (CV_32FC1 over the layer's box) by at most a plane or two. `certainty` (out, CV_32FC1): 0 where the
// pictures do not say, towards 1 where they do.
void RefineDepth(const DepthFrame& frame,
                 const std::vector<const DepthFrame*>& others,
                 const Layer& layer,
                 cv::Mat& inverse,
                 cv::Mat& certainty);

}  // namespace rv::depth
