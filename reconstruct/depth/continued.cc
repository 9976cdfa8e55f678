#include "reconstruct/depth/continued.h"

#include <opencv2/imgproc.hpp>
#include <vector>

namespace rv::depth {

cv::Mat Continued(const cv::Mat& values, const cv::Mat& off) {
  if (cv::countNonZero(off) == static_cast<int>(off.total())) return cv::Mat::zeros(off.size(), CV_32FC1);
  cv::Mat away, nearest;
  cv::distanceTransform(off, away, nearest, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  std::vector<float> of_label(off.total() + 1, 0.0F);
  for (int y = 0; y < off.rows; ++y)
    for (int x = 0; x < off.cols; ++x)
      if (off.at<std::uint8_t>(y, x) == 0)
        of_label[static_cast<std::size_t>(nearest.at<int>(y, x))] = values.at<float>(y, x);
  cv::Mat out = values.clone();
  for (int y = 0; y < off.rows; ++y)
    for (int x = 0; x < off.cols; ++x)
      if (off.at<std::uint8_t>(y, x) != 0)
        out.at<float>(y, x) = of_label[static_cast<std::size_t>(nearest.at<int>(y, x))];
  return out;
}

}  // namespace rv::depth
