#include "reconstruct/views/hole_fill.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace rv::views {

namespace {

constexpr int kBandPx = 8;    // about a hole, where both are compared
constexpr int kAlongPx = 16;  // so far along its border
constexpr float kUnlike =
    12;  // levels, mean, of blurred colors after the tint is off: something else is there
constexpr float kLeastBand = 0.02F;  // of the window, to tell

cv::Mat MatOf(const Image& image) {
  return {image.height, image.width, image.channels == 1 ? CV_8UC1 : CV_8UC3,
          const_cast<std::uint8_t*>(image.pixels.data())};
}

// A blur that knows of what is not there.
cv::Mat Blurred(const cv::Mat& colors, const cv::Mat& weight, int half) {
  cv::Mat sum, weights, weights3;
  cv::cvtColor(weight, weights3, cv::COLOR_GRAY2BGR);
  cv::multiply(colors, weights3, sum);
  cv::blur(sum, sum, {2 * half + 1, 2 * half + 1});
  cv::blur(weights3, weights, {2 * half + 1, 2 * half + 1});
  cv::max(weights, 1e-6, weights);
  cv::divide(sum, weights, sum);
  return sum;
}

cv::Mat Weight(const cv::Mat& where) {
  cv::Mat out;
  where.convertTo(out, CV_32F, 1.0 / 255);
  return out;
}

// How the view differs from another frame about each pixel, and how much of that is no tint.
struct Comparison {
  cv::Mat tint;    // CV_32FC3
  cv::Mat unlike;  // CV_32FC1
  cv::Mat told;    // CV_32FC1, share of the window that tells
};

Comparison Compare(const spin::ViewPixels& other, const cv::Mat& known, spin::ViewPixels& view) {
  const cv::Mat given = MatOf(other.provenance) > 0;
  cv::Mat here, there;
  MatOf(view.image).convertTo(here, CV_32FC3);
  MatOf(other.image).convertTo(there, CV_32FC3);
  constexpr int kDetail = 3;
  const cv::Mat both = Weight(known & given);
  const cv::Mat apart = Blurred(here, Weight(known), kDetail) - Blurred(there, Weight(given), kDetail);
  Comparison out{.tint = Blurred(apart, both, kAlongPx)};
  const cv::Mat rest = cv::abs(apart - out.tint);
  const cv::Mat mean = Blurred(rest, both, kAlongPx);
  cv::transform(mean, out.unlike, cv::Matx13f(1.0F / 3, 1.0F / 3, 1.0F / 3));
  cv::blur(both, out.told, {2 * kAlongPx + 1, 2 * kAlongPx + 1});
  return out;
}

cv::Rect BoxOf(const cv::Mat& mask, int room) {
  const cv::Rect box = cv::boundingRect(mask);
  if (box.empty()) return box;
  return cv::Rect(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room) &
         cv::Rect({0, 0}, mask.size());
}

}  // namespace

Image HolesOf(const spin::ViewPixels& view, const Image& covered) {
  Image out = Image::Make(view.image.width, view.image.height, 1);
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = view.provenance.pixels[i] == 0 && covered.pixels[i] == 0 ? 255 : 0;
  return out;
}

Image AboutHoles(const Image& holes) {
  Image out = Image::Make(holes.width, holes.height, 1);
  cv::Mat to = MatOf(out);
  cv::dilate(MatOf(holes), to, cv::getStructuringElement(cv::MORPH_RECT, {2 * kBandPx + 1, 2 * kBandPx + 1}));
  return out;
}

void FillHoles(const spin::ViewPixels& other, const Image& holes, spin::ViewPixels& view) {
  const cv::Mat open = MatOf(holes);
  const cv::Mat known = MatOf(view.provenance) > 0;
  if (BoxOf(open, 0).empty() || cv::countNonZero(known) == 0) return;
  const Comparison compared = Compare(other, known, view);
  // A hole's pixel is judged where the view begins.
  cv::Mat away, nearest;
  cv::distanceTransform(~known, away, nearest, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  std::vector<cv::Point> edge(known.total() + 1);
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x)
      if (known.at<std::uint8_t>(y, x) != 0) edge[static_cast<std::size_t>(nearest.at<int>(y, x))] = {x, y};
  for (int y = 0; y < known.rows; ++y)
    for (int x = 0; x < known.cols; ++x) {
      const std::uint8_t label = *other.provenance.at(x, y);
      if (open.at<std::uint8_t>(y, x) == 0 || label == 0) continue;
      const cv::Point& at = edge[static_cast<std::size_t>(nearest.at<int>(y, x))];
      if (compared.told.at<float>(at) < kLeastBand || compared.unlike.at<float>(at) > kUnlike) continue;
      const cv::Vec3f& tint = compared.tint.at<cv::Vec3f>(at);
      for (int c = 0; c < 3; ++c)
        view.image.at(x, y)[c] =
            cv::saturate_cast<std::uint8_t>(static_cast<float>(other.image.at(x, y)[c]) + tint[c]);
      *view.provenance.at(x, y) = label;
    }
}

}  // namespace rv::views
