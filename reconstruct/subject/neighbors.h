// What frames from nearby sides say of a frame's pixels. Internal to reconstruct/: shows cv::Mat, include it from .cc files
// only.
#pragma once

#include "reconstruct/subject/consensus.h"

namespace rv::subject {

// CV_8UC1, of the size of the frame's matte, as `asked`, whose pixels of 0 stay so: 255 where the frame takes a pixel for the item and most frames from some 10 to
// 22 degrees away do so too, at the same place by the distance of `center`. A part of the item stays where it is between
// them; what is far behind it does not.
cv::Mat SeenByNeighbors(const std::vector<LabeledFrame>& frames,
                        std::size_t index,
                        const Eigen::Vector3d& center,
                        const cv::Mat& asked);

}  // namespace rv::subject
