#include "reconstruct/depth/item_shape.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "reconstruct/depth/continued.h"

namespace rv::depth {

cv::Mat HalfHull(const cv::Mat& front) {
  constexpr double kSmooth = 4;  // px: the hull is made of cells
  cv::Mat out;
  cv::GaussianBlur(Continued(front, front <= 0), out, {}, kSmooth);
  return 0.5 * out;
}

void DoubtBesideEdges(const cv::Mat& gray, cv::Mat& confidence) {
  constexpr int kWindow = 9;           // px: the census'
  constexpr float kNoiseContrast = 4;  // levels of gray
  cv::Mat most, least, own, about;
  const cv::Mat near = cv::Mat::ones(3, 3, CV_8U);
  cv::dilate(gray, most, near);
  cv::erode(gray, least, near);
  own = most - least;
  cv::dilate(own, about, cv::Mat::ones(kWindow, kWindow, CV_8U));
  for (int y = 0; y < gray.rows; ++y)
    for (int x = 0; x < gray.cols; ++x) {
      const float share = (own.at<std::uint8_t>(y, x) + kNoiseContrast) /
                          (0.5F * about.at<std::uint8_t>(y, x) + kNoiseContrast);
      const float kept = std::min(1.0F, share);
      confidence.at<float>(y, x) *= kept * kept;
    }
}

}  // namespace rv::depth
