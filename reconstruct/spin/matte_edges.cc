#include "reconstruct/spin/matte_edges.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv::spin {
namespace {

// The colors on one side of the outline, smoothed over its neighborhood: times weight, and their squares.
struct Side {
  cv::Mat mean;    // CV_32FC3, RGB
  cv::Mat spread;  // CV_32FC1, mean squared distance to the mean
  cv::Mat weight;  // CV_32FC1
};

Side MakeSide(const cv::Mat& picture, const cv::Mat& mask, const cv::Size& small, double sigma) {
  cv::Mat weight, weight3, color, squared, part;
  mask.convertTo(weight, CV_32F, 1.0 / 255);
  cv::resize(weight, weight, small, 0, 0, cv::INTER_AREA);
  cv::resize(picture, color, small, 0, 0, cv::INTER_AREA);
  color.convertTo(color, CV_32FC3);
  // A pixel that is only partly on this side has a color of both.
  cv::threshold(weight, weight, 0.99, 1, cv::THRESH_BINARY);
  cv::cvtColor(weight, weight3, cv::COLOR_GRAY2BGR);
  cv::multiply(color, weight3, part);
  cv::multiply(part, color, squared);
  Side out;
  cv::GaussianBlur(part, out.mean, {}, sigma);
  cv::GaussianBlur(weight, out.weight, {}, sigma);
  cv::GaussianBlur(squared, squared, {}, sigma);
  out.spread.create(small, CV_32FC1);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const float w = std::max(1e-6F, out.weight.at<float>(y, x));
      cv::Vec3f& mean = out.mean.at<cv::Vec3f>(y, x);
      mean *= 1 / w;
      float spread = 0;
      for (int c = 0; c < 3; ++c) spread += squared.at<cv::Vec3f>(y, x)[c] / w - mean[c] * mean[c];
      out.spread.at<float>(y, x) = std::max(0.0F, spread);
    }
  return out;
}

// Both sides at one place, and how far their colors tell them apart: 0 to 1.
struct Colors {
  cv::Vec3f item, behind;
  float apart = 0;
};

Colors ColorsAt(const Side& item, const Side& behind, int x, int y) {
  constexpr float kNoise = 40;     // of a camera and JPEG, squared levels over three channels
  constexpr float kLeast = 0.02F;  // of a neighborhood that is on one side
  Colors out{item.mean.at<cv::Vec3f>(y, x), behind.mean.at<cv::Vec3f>(y, x)};
  if (item.weight.at<float>(y, x) < kLeast || behind.weight.at<float>(y, x) < kLeast) return out;
  const cv::Vec3f step = out.item - out.behind;
  const float between = step.dot(step);
  const float within = item.spread.at<float>(y, x) + behind.spread.at<float>(y, x) + kNoise;
  out.apart = between / (between + 2 * within);
  return out;
}

cv::Mat Disk(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}

}  // namespace

void SharpenMatte(const Image& picture, double coarseness, Image& matte) {
  RV_CHECK_EQ(picture.width, matte.width);
  RV_CHECK_EQ(picture.height, matte.height);
  const int reach = std::clamp(static_cast<int>(std::ceil(1.25 * coarseness)), 2, 12);
  const cv::Mat from(picture.height, picture.width, CV_8UC3,
                     const_cast<std::uint8_t*>(picture.pixels.data()));
  cv::Mat soft(matte.height, matte.width, CV_8UC1, matte.pixels.data());
  cv::Mat inner, outer;
  cv::erode(soft > 128, inner, Disk(reach));
  cv::dilate(soft > 128, outer, Disk(reach));
  const int shrink = std::max(1, static_cast<int>(std::lround(coarseness)));
  const cv::Size small(std::max(1, matte.width / shrink), std::max(1, matte.height / shrink));
  const double sigma = 4;
  const Side item = MakeSide(from, inner, small, sigma), behind = MakeSide(from, ~outer, small, sigma);
  for (int y = 0; y < matte.height; ++y) {
    const int sy = std::min(y * small.height / matte.height, small.height - 1);
    for (int x = 0; x < matte.width; ++x) {
      if (inner.at<std::uint8_t>(y, x) != 0 || outer.at<std::uint8_t>(y, x) == 0) continue;
      const Colors colors =
          ColorsAt(item, behind, std::min(x * small.width / matte.width, small.width - 1), sy);
      if (colors.apart <= 0) continue;
      const cv::Vec3f step = colors.item - colors.behind;
      const std::uint8_t* pixel = picture.at(x, y);
      const cv::Vec3f off = cv::Vec3f(pixel[0], pixel[1], pixel[2]) - colors.behind;
      const float share = std::clamp(off.dot(step) / std::max(1.0F, step.dot(step)), 0.0F, 1.0F);
      std::uint8_t& value = *matte.at(x, y);
      value = static_cast<std::uint8_t>(std::lround(value + colors.apart * (255 * share - value)));
    }
  }
}

}  // namespace rv::spin
