// Values beyond where they are known. Internal to reconstruct/: shows cv::Mat.
#pragma once

#include <opencv2/core.hpp>

namespace rv::depth {

// Where `off` (CV_8UC1) is set, the value (CV_32FC1) of the nearest pixel where it is not; 0 where it is set everywhere.
cv::Mat Continued(const cv::Mat& values, const cv::Mat& off);

}  // namespace rv::depth
