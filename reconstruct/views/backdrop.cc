#include "reconstruct/views/backdrop.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace rv::views {

namespace {

constexpr int kLongestSide = 256;  // colors are continued at this size: there is no detail in them

// Colors times weight, and weights: the finest level first.
struct Level {
  cv::Mat color;   // CV_32FC3
  cv::Mat weight;  // CV_32FC1, 0 to 1
};

Level Halved(const Level& fine) {
  Level out;
  const cv::Size size(std::max(1, fine.color.cols / 2), std::max(1, fine.color.rows / 2));
  cv::resize(fine.color, out.color, size, 0, 0, cv::INTER_AREA);
  cv::resize(fine.weight, out.weight, size, 0, 0, cv::INTER_AREA);
  // Pull: a little weight counts in full, so that color spreads.
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      float& weight = out.weight.at<float>(y, x);
      if (weight <= 0) continue;
      const float more = std::min(1.0F, 4 * weight) / weight;
      out.color.at<cv::Vec3f>(y, x) *= more;
      weight *= more;
    }
  return out;
}

// Push: what is missing comes from the coarser level.
void FillFrom(const Level& coarse, Level& fine) {
  cv::Mat color;
  cv::resize(coarse.color, color, fine.color.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < color.rows; ++y)
    for (int x = 0; x < color.cols; ++x) {
      float& weight = fine.weight.at<float>(y, x);
      fine.color.at<cv::Vec3f>(y, x) += (1 - weight) * color.at<cv::Vec3f>(y, x);
      weight = 1;
    }
}

cv::Mat Continued(Level finest) {
  std::vector<Level> levels;
  levels.push_back(std::move(finest));
  while (std::max(levels.back().color.cols, levels.back().color.rows) > 1)
    levels.push_back(Halved(levels.back()));
  for (std::size_t k = levels.size() - 1; k > 0; --k) FillFrom(levels[k], levels[k - 1]);
  return levels.front().color;
}

}  // namespace

double FillBackdrop(const Image& provenance, const Image& item, Image& image) {
  if (std::count(provenance.pixels.begin(), provenance.pixels.end(), 0) == 0) return 0;
  const cv::Mat from(image.height, image.width, CV_8UC3, image.pixels.data());
  const cv::Mat captured(image.height, image.width, CV_8UC1,
                         const_cast<std::uint8_t*>(provenance.pixels.data()));
  cv::Mat on_item;
  cv::resize(cv::Mat(item.height, item.width, CV_8UC1, const_cast<std::uint8_t*>(item.pixels.data())),
             on_item, captured.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat usable = (captured > 0) & (on_item < 128);
  cv::erode(usable, usable, cv::getStructuringElement(cv::MORPH_RECT, {5, 5}));  // edges of pictures are dark
  const double scale = std::min(1.0, static_cast<double>(kLongestSide) / std::max(image.width, image.height));
  const cv::Size small(std::max(1, static_cast<int>(image.width * scale)),
                       std::max(1, static_cast<int>(image.height * scale)));
  Level finest;
  cv::Mat weight, color;
  usable.convertTo(weight, CV_32F, 1.0 / 255);
  from.convertTo(color, CV_32FC3);
  cv::Mat weights3;
  cv::cvtColor(weight, weights3, cv::COLOR_GRAY2BGR);
  cv::multiply(color, weights3, color);
  cv::resize(color, finest.color, small, 0, 0, cv::INTER_AREA);
  cv::resize(weight, finest.weight, small, 0, 0, cv::INTER_AREA);
  if (cv::countNonZero(finest.weight) == 0) return 0;
  cv::Mat filled;
  cv::resize(Continued(std::move(finest)), filled, captured.size(), 0, 0, cv::INTER_LINEAR);
  std::size_t count = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      if (captured.at<std::uint8_t>(y, x) != 0) continue;
      const cv::Vec3f& color_here = filled.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = cv::saturate_cast<std::uint8_t>(color_here[c]);
      ++count;
    }
  return static_cast<double>(count) / static_cast<double>(provenance.pixels.size());
}

}  // namespace rv::views
