// Small copies of all frames of a sweep on one canvas, for the motion analysis and the stabilized tiers.
// Internal to reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/sweep.h"

namespace rv::motion {

// Where a frame lies on the canvas: canvas px = scale * (original px) + offset (both with pixel corners at
// integers).
struct CanvasFit {
  double scale = 1;
  cv::Point2d offset;
};

struct SmallSweep {
  cv::Size size;               // of the canvas, longest side `side`
  std::vector<cv::Mat> bgr;    // CV_8UC3
  std::vector<cv::Mat> gray;   // CV_8UC1
  std::vector<cv::Mat> matte;  // CV_8UC1 from SweepFrame::matte, empty where the frame has none
  std::vector<CanvasFit> fit;
  int count() const { return static_cast<int>(bgr.size()); }
};

// The canvas has the most frequent shape of the frames; a frame of another shape is scaled to cover it and
// cropped evenly. Keeps OpenCV on the calling thread, because its dense flow depends on the number of its
// threads; frames run in parallel instead. Fails as Decode does, and names the frame.
Result<SmallSweep> LoadSmall(const Sweep& sweep, int side, int threads, const Progress& progress);

// The canvas picture of one decoded frame (any type), area-averaged.
cv::Mat FitToCanvas(const cv::Mat& picture, cv::Size canvas, CanvasFit* fit);

}  // namespace rv::motion
