// A frame as dense depth sees it: small, gray, without distortion. Internal to reconstruct/: shows cv::Mat, include it
// from .cc files only.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "base/result.h"
#include "scene/reconstruction.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv::depth {

struct DepthFrame {
  std::uint32_t frame = 0;  // index into Sweep::frames
  Camera lens;              // of the captured picture at its original size
  Camera camera;            // a pinhole without distortion, of the small picture
  Rigid3 cam_from_world;
  cv::Mat gray;    // CV_8UC1
  cv::Mat detail;  // CV_8UC1: gray less its surroundings, 128 = alike
  cv::Mat census;  // CV_32SC1: Census of gray; empty where it was not asked for yet
  cv::Mat matte;   // CV_8UC1, 255 = item; empty where not known
};

// Which of 24 neighbors are darker than the pixel (Zabih and Woodfill, "Non-parametric Local Transforms for Computing
// Visual Correspondence", ECCV 1994), every second pixel of 9 x 9 thinned to 24; one bit each.
cv::Mat Census(const cv::Mat& gray);

// `frame`: with a pose. Longest side `side_px`. Fails with kCorrupt when its picture does not decode.
Result<DepthFrame> LoadDepthFrame(const Sweep& sweep,
                                  const Reconstruction& reconstruction,
                                  const Subject& subject,
                                  std::uint32_t frame,
                                  int side_px);

// As the item alone is seen: beyond it, gray is that of its nearest parts, so that no window sees what is behind it.
void DescribeItem(DepthFrame& frame);

// The same, no side longer than `side_px`.
DepthFrame Smaller(const DepthFrame& frame, int side_px);

}  // namespace rv::depth
