// The apparent turn of the subject between neighboring frames. Internal to reconstruct/: shows OpenCV types,
// include it from .cc files only.
#pragma once

#include <vector>

#include "reconstruct/motion/flow.h"
#include "reconstruct/motion/subject_region.h"

namespace rv::motion {

struct MaskBox {
  double x = 0, y = 0;            // center of the mask's box (2nd to 98th percentile of its mass), canvas px
  double width = 0, height = 0;   // its size
  double mass_x = 0, mass_y = 0;  // centroid
  double area = 0;                // share of the canvas
};

MaskBox MeasureBox(const cv::Mat& mask);

// One pair's motion, canvas px a frame.
struct TurnSample {
  // mean horizontal motion of the subject's surface minus that of its outline; positive: to the right
  double surface = 0;
  double speed = 0;       // mean length of the surface's motion minus that of its outline
  double deform = 0;      // mean length of the subject's motion beyond one similarity for all of it
  double background = 0;  // mean length of the border's motion
  double relative = 0;    // horizontal motion of the subject minus that of the background behind it
  // covariance of horizontal motion with image height, in [-1, 1]: lower parts are nearer
  double depth_vote = 0;
  int cells = 0;  // flow cells that this is measured on
};

std::vector<TurnSample> MeasureTurn(const SmallSweep& small,
                                    const std::vector<PairFlow>& flow,
                                    const std::vector<cv::Mat>& masks,
                                    const std::vector<MaskBox>& boxes,
                                    int threads);

// Running median of odd length `window`, shortened at the ends.
std::vector<double> MedianSmooth(const std::vector<double>& values, int window);

}  // namespace rv::motion
