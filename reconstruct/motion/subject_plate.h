// Subject masks before a background that does not move. Internal to reconstruct/: shows cv::Mat, include it
// from .cc files only.
#pragma once

#include "reconstruct/motion/frames.h"

namespace rv::motion {

// Soft masks (CV_8UC1, 255 = subject), one per frame.
std::vector<cv::Mat> MasksAgainstPlate(const SmallSweep& small, int threads);

// Specks removed, gaps closed, holes filled, only the large parts kept, edge softened. Input: CV_8UC1, 0 or
// 255.
cv::Mat CleanMask(const cv::Mat& hard);

// Per frame, the gains (b, g, r) that bring its still border to the temporal median's colors.
std::vector<cv::Vec3f> BorderGains(const std::vector<cv::Mat>& bgr, const cv::Mat& median);

}  // namespace rv::motion
