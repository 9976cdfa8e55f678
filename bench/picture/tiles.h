// Pictures side by side. Shows cv::Mat, include it from .cc files only.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"

namespace rv::picture {

Status WritePicture(const cv::Mat& rgb, const std::filesystem::path& png);

// All of `pictures` (RGB, of one size) in rows, small.
Status WritePictures(const std::vector<cv::Mat>& pictures, const std::filesystem::path& png);

}  // namespace rv::picture
