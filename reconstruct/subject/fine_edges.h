// A matte's outline at a finer size than that at which the item was told from its background. Internal to reconstruct/:
// shows cv::Mat, include it from .cc files only.
#pragma once

#include <opencv2/core.hpp>

namespace rv::subject {

// What is known of a part of a frame, all CV_8UC1, 255 = the item, of one size.
struct CoarseMatte {
  cv::Mat own;        // by the frame itself
  cv::Mat together;   // Consensus::Silhouette
  cv::Mat neighbors;  // SeenByNeighbors
};

// `lab`: CV_8UC3, the same part of the picture, finer by `factor`. Near the two outlines and between them, each pixel is
// labeled anew: by both, by the colors of either side near it, and by the picture's edges. Elsewhere the matte stays.
// Returns CV_8UC1 of the size of `lab`.
cv::Mat FineMatte(const CoarseMatte& coarse, const cv::Mat& lab, double factor);

}  // namespace rv::subject
