// Subject masks in front of a static background, by a background plate. Internal to reconstruct/: shows
// cv::Mat, include it from .cc files only.
#pragma once

#include "reconstruct/motion/frames.h"

namespace rv::motion {

// Soft masks (CV_8UC1, 255 = subject), one per frame.
std::vector<cv::Mat> MasksAgainstPlate(const SmallSweep& small, int threads);

// Removes specks, closes gaps, fills holes, keeps only the large parts and softens the edge. `hard`: CV_8UC1,
// 0 or 255.
cv::Mat CleanMask(const cv::Mat& hard);

// Per frame, the gains (b, g, r) that bring its still border to the temporal median's colors.
std::vector<cv::Vec3f> BorderGains(const std::vector<cv::Mat>& bgr, const cv::Mat& median);

}  // namespace rv::motion
