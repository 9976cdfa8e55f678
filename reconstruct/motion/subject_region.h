// The region of the subject in each small frame. Internal to reconstruct/: shows cv::Mat, include it from .cc
// files only.
#pragma once

#include <string>

#include "reconstruct/motion/flow.h"
#include "reconstruct/motion/frames.h"

namespace rv::motion {

struct SubjectRegions {
  std::vector<cv::Mat> mask;  // CV_8UC1 on the canvas, soft: 255 = subject
  // 1: outline known (matte, still or plain background), about 0.5: by parallax, 0.2: a guess
  double trust = 0;
  std::string method;  // "given", "still background", "plain background", "parallax", "centre"
};

// Mattes of the sweep take precedence. With a static background: what differs from the background plate,
// which is the temporal median where the background shows and its smooth continuation elsewhere. Otherwise
// what differs from a plain border's color, or what moves unlike the border, near the center.
SubjectRegions FindSubject(const SmallSweep& small,
                           const std::vector<PairFlow>& flow,
                           bool still_background,
                           int threads);

}  // namespace rv::motion
