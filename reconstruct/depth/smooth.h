// Edge-aware smoothing: Min, Choi, Lu, Ham, Sohn and Do, "Fast Global Image Smoothing Based on Weighted Least Squares",
// IEEE Transactions on Image Processing 2014. Internal to reconstruct/.
#pragma once

#include <opencv2/core.hpp>

namespace rv::depth {

// The smoothest values (CV_32FC1) near `values` where `confidence` (CV_32FC1) is high; steps are allowed at edges of
// `gray` (CV_8UC1). Where there is no confidence for far around, what is near spreads.
cv::Mat Smoothed(const cv::Mat& values, const cv::Mat& confidence, const cv::Mat& gray, double strength);

}  // namespace rv::depth
