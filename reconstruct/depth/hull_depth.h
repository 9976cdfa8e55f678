// How near and how far the item's hull is along each pixel. Internal to reconstruct/: shows cv::Mat.
#pragma once

#include <opencv2/core.hpp>

#include "reconstruct/depth/depth_frame.h"

namespace rv::depth {

struct HullDepth {
  cv::Mat front, back;  // CV_32FC1 inverse depths over the box; 0 where the hull is not seen
};

// The hull's box in the frame with room about it; empty where it is not seen.
cv::Rect HullBox(const Subject& subject, const DepthFrame& frame);
HullDepth MeasureHullDepth(const Subject& subject, const DepthFrame& frame, const cv::Rect& box);

}  // namespace rv::depth
