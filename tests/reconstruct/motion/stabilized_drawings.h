// Drawn sweeps of a patterned ball, for the tests of the stabilized tiers: exact turn, no perspective.
#pragma once

#include <functional>
#include <opencv2/core.hpp>

#include "scene/sweep.h"

namespace rv::stabilized_test {

struct Drawing {
  double azimuth_deg = 0;    // of the camera round the ball, counter-clockwise from above
  double background_px = 0;  // the background's shift to the right
  double center_x_px = 0;    // the ball's center, from the picture's
  double center_y_px = 0;
  double shake_x_px = 0;  // shift of the whole picture
  double shake_y_px = 0;
  double radius_px = 50;
  double gain = 1;       // exposure
  unsigned pattern = 1;  // seed of ball and background
  bool plain_background = false;
};

inline constexpr int kWidth = 240;
inline constexpr int kHeight = 180;

// The ball is reddish, the background bluish.
cv::Mat Draw(const Drawing& drawing);

// Frames 0 .. count - 1 as drawn by `make`, 30 a second, as JPEG.
Sweep DrawSweep(int count, const std::function<Drawing(int)>& make);

// A sweep of given pictures (BGR).
Sweep SweepOf(const std::vector<cv::Mat>& pictures);

// Smooth noise in [0, 1] with features of about one unit.
double Noise(double x, double y, double z, unsigned seed);

// The center of what is reddish, px; picture in RGB.
cv::Point2d RedCenter(const Image& picture);

}  // namespace rv::stabilized_test
