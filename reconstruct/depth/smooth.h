// Edge-aware smoothing: Min, Choi, Lu, Ham, Sohn and Do, "Fast Global Image Smoothing Based on Weighted Least Squares",
// IEEE Transactions on Image Processing 2014. Internal to reconstruct/.
#pragma once

#include <opencv2/core.hpp>

namespace rv::depth {

// Where values step although the picture does not: levels of gray that a step is worth, CV_8UC1, to the pixel on the
// right of each (`right`), and below it, transposed (`down`). Empty: none.
struct Barriers {
  cv::Mat right, down;
};
// Of inverse depths as they were found; steps count where both sides are sure.
Barriers BarriersOf(const cv::Mat& inverse, const cv::Mat& confidence);

// The smoothest values (CV_32FC1) near `values` where `confidence` (CV_32FC1) is high; steps are allowed at edges of
// `gray` (CV_8UC1). Where there is no confidence for far around, what is near spreads.
cv::Mat Smoothed(const cv::Mat& values,
                 const cv::Mat& confidence,
                 const cv::Mat& gray,
                 double strength,
                 const Barriers& barriers = {});

}  // namespace rv::depth
