#include "reconstruct/views/matte_edges.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.h"

namespace rv::views {

namespace {

// The colors on one side of the outline, smoothed over its neighborhood: times weight, and their squares.
struct Side {
  cv::Mat mean;    // CV_32FC3, RGB
  cv::Mat spread;  // CV_32FC1, mean squared distance to the mean
  cv::Mat weight;  // CV_32FC1
};

// `small`: of the cells in which colors are taken together.
Side MakeSide(const cv::Mat& picture, const cv::Mat& mask, const cv::Size& small) {
  constexpr double kSigma = 2;  // cells
  cv::Mat own(picture.size(), CV_8UC3, cv::Scalar::all(0)), color, squared;
  picture.copyTo(own, mask);
  own.convertTo(own, CV_16UC3, 256);
  cv::resize(own, color, small, 0, 0, cv::INTER_AREA);
  color.convertTo(color, CV_32FC3, 1.0 / 256);
  Side out;
  mask.convertTo(own, CV_16UC1, 257);
  cv::resize(own, own, small, 0, 0, cv::INTER_AREA);
  own.convertTo(out.weight, CV_32FC1, 1.0 / 65535);
  squared.create(small, CV_32FC3);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const cv::Vec3f& c = color.at<cv::Vec3f>(y, x);
      squared.at<cv::Vec3f>(y, x) = c.mul(c) * (1 / std::max(1e-3F, out.weight.at<float>(y, x)));
    }
  cv::GaussianBlur(color, out.mean, {}, kSigma);
  cv::GaussianBlur(cv::Mat(out.weight), out.weight, {}, kSigma);
  cv::GaussianBlur(squared, squared, {}, kSigma);
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
  float within = 0;  // squared levels that colors of one side differ by
};

// How far a color is one of a mixture's, of which `nearest` is the nearest: a third color, as of a white sole under a red
// shoe, tells nothing of a pixel's share.
float OnLine(const cv::Vec3f& color, const cv::Vec3f& nearest, float within) {
  const cv::Vec3f off = color - nearest;
  return within / (within + off.dot(off));
}

Colors ColorsAt(const Side& item, const Side& behind, int x, int y) {
  constexpr float kNoise = 40;     // of a camera and JPEG, squared levels over three channels
  constexpr float kLeast = 0.02F;  // of a neighborhood that is on one side
  Colors out{item.mean.at<cv::Vec3f>(y, x), behind.mean.at<cv::Vec3f>(y, x)};
  if (item.weight.at<float>(y, x) < kLeast || behind.weight.at<float>(y, x) < kLeast) return out;
  const cv::Vec3f step = out.item - out.behind;
  const float between = step.dot(step);
  out.within = item.spread.at<float>(y, x) + behind.spread.at<float>(y, x) + kNoise;
  out.apart = between / (between + 2 * out.within);
  return out;
}

constexpr int kRoom = 6;  // cells about the item whose colors speak for the background

// Of what is at all item, with `room` about it.
cv::Rect BoxOf(const Image& matte, int room) {
  const cv::Mat soft(matte.height, matte.width, CV_8UC1, const_cast<std::uint8_t*>(matte.pixels.data()));
  const cv::Rect box = cv::boundingRect(soft);
  if (box.empty()) return box;
  return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
         cv::Rect(0, 0, matte.width, matte.height);
}

cv::Mat Disk(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}

// An outline that is one step has teeth where it is enlarged, and pixels that show both sides count as item: it becomes
// a slope, a little further in.
void Soften(double coarseness, cv::Mat& soft) {
  constexpr int kOutside = 64;
  cv::GaussianBlur(soft, soft, {}, std::max(0.7, 0.6 * coarseness));
  soft = (soft - kOutside) * (255.0 / (255 - kOutside));
}

}  // namespace

void SharpenMatte(const Image& picture, double coarseness, Image& matte) {
  RV_CHECK_EQ(picture.width, matte.width);
  RV_CHECK_EQ(picture.height, matte.height);
  const int reach = std::clamp(static_cast<int>(std::ceil(1.25 * coarseness)), 2, 12);
  const int cell = 2 * std::max(1, static_cast<int>(std::lround(coarseness)));
  const cv::Mat all(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data()));
  const cv::Rect box = BoxOf(matte, reach + kRoom * cell);
  if (box.empty()) return;
  const cv::Mat from = all(box);
  cv::Mat soft = cv::Mat(matte.height, matte.width, CV_8UC1, matte.pixels.data())(box);
  cv::Mat inner, outer;
  cv::erode(soft > 128, inner, Disk(reach));
  cv::dilate(soft > 128, outer, Disk(reach));
  const cv::Size small(std::max(1, box.width / cell), std::max(1, box.height / cell));
  const Side item = MakeSide(from, inner, small), behind = MakeSide(from, ~outer, small);
  Soften(coarseness, soft);
  for (int y = 0; y < box.height; ++y) {
    const int sy = std::min(y * small.height / box.height, small.height - 1);
    for (int x = 0; x < box.width; ++x) {
      if (inner.at<std::uint8_t>(y, x) != 0 || outer.at<std::uint8_t>(y, x) == 0) continue;
      const Colors colors =
          ColorsAt(item, behind, std::min(x * small.width / box.width, small.width - 1), sy);
      if (colors.apart <= 0) continue;
      const cv::Vec3f step = colors.item - colors.behind;
      const cv::Vec3f off = cv::Vec3f(from.at<cv::Vec3b>(y, x)) - colors.behind;
      const float along = std::max(0.0F, off.dot(step) / std::max(1.0F, step.dot(step)));
      const float share = std::min(1.0F, along);
      const float trust =
          colors.apart * colors.apart * colors.apart * OnLine(off, along * step, colors.within);
      std::uint8_t& value = soft.at<std::uint8_t>(y, x);
      value = static_cast<std::uint8_t>(std::lround(value + trust * (255 * share - value)));
    }
  }
}

}  // namespace rv::views
