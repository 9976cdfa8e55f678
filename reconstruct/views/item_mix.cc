#include "reconstruct/views/item_mix.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "base/check.h"

namespace rv::views {
namespace {

constexpr float kMixed = 12, kNotMixed = 36;  // levels: mixed as they are, not at all
constexpr double kSpread = 16;   // px about the item along which it takes its surroundings with it
constexpr double kMostMove = 8;  // px: more is no residual

cv::Mat Wrapped(const Image& image) {
  return {image.height, image.width, CV_8UC(image.channels), const_cast<std::uint8_t*>(image.pixels.data())};
}

// From `a` to `b`, per pixel, found at half size: what is left over between two drawings by depth is smooth.
cv::Mat ResidualFlow(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat small_a, small_b, flow, out;
  cv::resize(a, small_a, {}, 0.5, 0.5, cv::INTER_AREA);
  cv::resize(b, small_b, {}, 0.5, 0.5, cv::INTER_AREA);
  cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM)->calc(small_a, small_b, flow);
  cv::resize(flow, out, a.size(), 0, 0, cv::INTER_LINEAR);
  return out * 2;
}

// Of the item alone, going on around it and dying down there.
cv::Mat OfItem(const cv::Mat& flow, const cv::Mat& shown) {
  cv::Mat weights, spread, sums;
  shown.convertTo(weights, CV_32F, 1.0 / 255);
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      if (cv::norm(flow.at<cv::Vec2f>(y, x)) > kMostMove) weights.at<float>(y, x) = 0;
  cv::Mat both[] = {weights, weights}, masked;
  cv::merge(both, 2, masked);
  cv::multiply(flow, masked, masked);
  cv::GaussianBlur(weights, spread, {}, kSpread);
  cv::GaussianBlur(masked, sums, {}, kSpread);
  cv::Mat out(flow.size(), CV_32FC2);
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x) {
      const float part = spread.at<float>(y, x);
      const cv::Vec2f smooth = part > 1e-3F ? sums.at<cv::Vec2f>(y, x) / part : cv::Vec2f(0, 0);
      out.at<cv::Vec2f>(y, x) = std::min(1.0F, 2 * part) * smooth;
    }
  return out;
}

cv::Mat Pulled(const cv::Mat& picture, const cv::Mat& offset, int interpolation) {
  cv::Mat map(picture.size(), CV_32FC2), out;
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.cols; ++x)
      map.at<cv::Vec2f>(y, x) =
          cv::Vec2f(static_cast<float>(x), static_cast<float>(y)) + offset.at<cv::Vec2f>(y, x);
  cv::remap(picture, out, map, cv::noArray(), interpolation, cv::BORDER_REPLICATE);
  return out;
}

// How alike the two look about each pixel, 0 to 1.
cv::Mat Likeness(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat difference, channels[3], mean;
  cv::absdiff(a, b, difference);
  cv::split(difference, channels);
  cv::max(channels[0], channels[1], mean);
  cv::max(mean, channels[2], mean);
  mean.convertTo(mean, CV_32F);
  cv::blur(mean, mean, {5, 5});
  cv::Mat out = (kNotMixed - mean) / (kNotMixed - kMixed);
  cv::min(out, 1, out);
  cv::max(out, 0, out);
  return out;
}

}  // namespace

Image MixItem(const Image& other, const Image& shown, double weight, spin::ViewPixels& view) {
  RV_CHECK(weight >= 0 && weight <= 0.5);
  RV_CHECK_EQ(other.pixels.size(), view.image.pixels.size());
  cv::Mat first = Wrapped(view.image), matte = Wrapped(view.matte), second = Wrapped(other);
  cv::Mat gray_first, gray_second;
  cv::cvtColor(first, gray_first, cv::COLOR_RGB2GRAY);
  cv::cvtColor(second, gray_second, cv::COLOR_RGB2GRAY);
  const cv::Mat forth = OfItem(ResidualFlow(gray_first, gray_second), Wrapped(shown));
  const cv::Mat back = OfItem(ResidualFlow(gray_second, gray_first), Wrapped(shown));
  // From the picture where they meet, both directions weighed.
  const auto share = static_cast<float>(weight);
  const cv::Mat to_first = forth * (-(1 - share) * share) + back * (share * share);
  const cv::Mat to_second = forth * ((1 - share) * (1 - share)) - back * (share * (1 - share));
  const cv::Mat moved = Pulled(first, to_first, cv::INTER_CUBIC);
  const cv::Mat met = Pulled(second, to_second, cv::INTER_CUBIC);
  cv::Mat trust;
  Pulled(Wrapped(shown), to_second, cv::INTER_LINEAR).convertTo(trust, CV_32F, 1.0 / 255);
  cv::erode(trust, trust, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  cv::blur(trust, trust, {5, 5});  // no seam where the second frame ends
  const cv::Mat alike = Likeness(moved, met);
  Pulled(matte, to_first, cv::INTER_LINEAR).copyTo(matte);
  Image weights = Image::Make(view.image.width, view.image.height, 1);
  for (int y = 0; y < first.rows; ++y)
    for (int x = 0; x < first.cols; ++x) {
      const float part = share * trust.at<float>(y, x) * alike.at<float>(y, x);
      const cv::Vec3b& a = moved.at<cv::Vec3b>(y, x);
      const cv::Vec3b& b = met.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c)
        first.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(
            static_cast<float>(a[c]) + part * static_cast<float>(b[c] - a[c]));
      *weights.at(x, y) = cv::saturate_cast<std::uint8_t>(255 * part);
    }
  return weights;
}

Image BlendPicture(const Image& weights, std::uint8_t label) {
  if (std::all_of(weights.pixels.begin(), weights.pixels.end(), [](std::uint8_t w) { return w == 0; }))
    return {};
  Image out = Image::Make(weights.width, weights.height, 3);
  for (std::size_t i = 0; i < weights.pixels.size(); ++i) {
    if (weights.pixels[i] == 0) continue;
    out.pixels[3 * i] = label;
    out.pixels[3 * i + 1] = weights.pixels[i];
  }
  return out;
}

}  // namespace rv::views
