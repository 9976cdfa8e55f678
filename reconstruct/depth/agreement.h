// What other frames' depths say of a frame's. Internal to reconstruct/: shows cv::Mat.
#pragma once

#include <Eigen/Core>
#include <opencv2/core.hpp>
#include <vector>

#include "reconstruct/depth/depth_frame.h"

namespace rv::depth {

// The depth of a frame before it is held against the others', over `box` of its small picture; empty where not looked for.
struct FoundDepth {
  cv::Rect box;
  cv::Mat inverse, confidence;  // CV_32FC1
  cv::Mat hull;                 // CV_32FC1: the hull's front, 0 = none
  float step = 0;               // between planes
};

// The frame's inverse depths averaged with those of up to four near frames that agree, and how sure they are then.
void Agree(const std::vector<DepthFrame>& frames,
           const std::vector<FoundDepth>& found,
           std::size_t of,
           const Eigen::Vector3d& center,
           cv::Mat& values,
           cv::Mat& confidence);

}  // namespace rv::depth
