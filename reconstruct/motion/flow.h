// Dense motion between neighboring small frames. Internal to reconstruct/: shows cv::Mat, include it from
// .cc files only.
#pragma once

#include "reconstruct/motion/frames.h"

namespace rv::motion {

// Flow from frame i to frame i + 1 on a grid of half the canvas (one cell = 2 x 2 canvas px).
struct PairFlow {
  cv::Mat flow;       // CV_32FC2, canvas px
  cv::Mat ok;         // CV_8UC1, 255 where forward and backward flow agree and there is texture
  double length = 0;  // mean length of the flow where ok, canvas px
  // mean absolute gray difference after warping, over the difference that blurring makes
  double residual = 0;
};

// Kroeger, Timofte, Dai, Van Gool: Fast Optical Flow using Dense Inverse Search, ECCV 2016 (OpenCV's DIS),
// with a forward-backward check. One item per neighboring pair; fails only with kCancelled.
Result<std::vector<PairFlow>> NeighborFlow(const SmallSweep& small, int threads, const Progress& progress);

// Similarity (2 x 3: rotation and scale, translation) that explains most of the flow of the cells where the
// mask is not 0, in canvas px. Robust: iteratively reweighted, without random choice. *found: false, and the
// identity, when fewer than 30 cells have usable flow.
cv::Matx23d FlowSimilarity(const PairFlow& pair, const cv::Mat& half_mask, bool* found);

}  // namespace rv::motion
