// Whether the background is static while something in the picture changes. Internal to reconstruct/: shows
// cv::Mat, include it from .cc files only.
#pragma once

#include "reconstruct/motion/frames.h"

namespace rv::motion {

struct StaticTest {
  double textured_share = 0;  // share of the border's pixels that have texture
  double textured_still = 0;  // of these, the share that stays where it is between far frames
  double plain_still = 0;     // of the plain pixels, the share that keeps its brightness
  double changed_share = 0;   // share of all pixels that change at some time
  bool still_background = false;
};

// Compares pictures an eighth of the sweep apart: a textured pixel that moved by more than about one pixel
// changes by more than its local gradient. Brightness changes between the pictures are compensated.
StaticTest TestStaticBackground(const SmallSweep& small);

// Per pixel, the median over time of up to 41 evenly picked frames (CV_8UC3).
cv::Mat TemporalMedian(const std::vector<cv::Mat>& pictures);

// Per pixel, the spread over time (5th to 95th percentile of up to 41 frames, largest channel; CV_8UC1),
// after a slight blur.
cv::Mat TemporalSpread(const std::vector<cv::Mat>& pictures);

}  // namespace rv::motion
