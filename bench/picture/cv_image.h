// OpenCV's view of our pictures.
#pragma once

#include <opencv2/imgproc.hpp>

#include "scene/image.h"

namespace rv::picture {

inline cv::Mat AsMat(const Image& image) {
  return {image.height, image.width, CV_8UC(image.channels), const_cast<std::uint8_t*>(image.pixels.data())};
}

inline cv::Mat Luma(const Image& image) {
  cv::Mat gray;
  cv::cvtColor(AsMat(image), gray, cv::COLOR_RGB2GRAY);
  return gray;
}

}  // namespace rv::picture
