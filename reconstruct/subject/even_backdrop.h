// The backdrop of a studio or a light box, as told by one picture: all around the edge of the picture one even color, which
// goes on inwards without a step. Internal to reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace rv::subject {

// Per pixel of a CV_8UC3 Lab picture: whether it belongs to that backdrop, 0 or 1. Empty where the edge of the picture is
// not even.
std::vector<float> FindEvenBackdrop(const cv::Mat& lab);

// Log odds for the item, per pixel: all that stands before the backdrop, and what lies between its parts, so that thin ones
// are not lost between the cells of a volume. `backdrop`: from FindEvenBackdrop, of a picture of `size`.
std::vector<float> OddsBefore(const std::vector<float>& backdrop, const cv::Size& size);

}  // namespace rv::subject
