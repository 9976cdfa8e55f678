// What helps to tell the depth of an item where its own pixels say little. Internal to reconstruct/: shows cv::Mat.
#pragma once

#include <opencv2/core.hpp>

namespace rv::depth {

// A surface that bulges half as much as the hull's front (CV_32FC1 inverse depths, 0 = not seen): an item is nearer to
// such a one than to a flat sheet, and hollow parts do not follow the hull.
cv::Mat HalfHull(const cv::Mat& front);

// Takes confidence (CV_32FC1) from even pixels beside strong edges of `gray` (CV_8UC1): their windows see the edge, and
// with it the depth of its nearer side.
void DoubtBesideEdges(const cv::Mat& gray, cv::Mat& confidence);

}  // namespace rv::depth
