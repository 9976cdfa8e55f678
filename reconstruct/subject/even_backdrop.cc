#include "reconstruct/subject/even_backdrop.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/statistics.h"

namespace rv::subject {
namespace {

constexpr double kEvenShare = 0.9;   // of the picture's edge has about one color
constexpr double kOneColor = 16;     // levels of Lab about the median
constexpr double kMostShading = 40;  // within the backdrop: a vignette, a soft shadow
constexpr double kStep = 6;          // levels across three pixels: more is an edge of something

// The picture's outermost pixels.
std::vector<cv::Point> EdgeOf(const cv::Size& size) {
  std::vector<cv::Point> out;
  for (int x = 0; x < size.width; ++x) {
    out.emplace_back(x, 0);
    out.emplace_back(x, size.height - 1);
  }
  for (int y = 1; y + 1 < size.height; ++y) {
    out.emplace_back(0, y);
    out.emplace_back(size.width - 1, y);
  }
  return out;
}

cv::Vec3f MedianColor(const cv::Mat& lab, const std::vector<cv::Point>& at) {
  cv::Vec3f out;
  for (int c = 0; c < 3; ++c) {
    std::vector<double> values;
    for (const cv::Point& p : at) values.push_back(lab.at<cv::Vec3b>(p)[c]);
    out[c] = static_cast<float>(Median(std::move(values)));
  }
  return out;
}

// Largest difference within three by three pixels, over all channels.
cv::Mat StepsOf(const cv::Mat& smooth) {
  cv::Mat high, low, channels[3];
  cv::dilate(smooth, high, {});
  cv::erode(smooth, low, {});
  cv::split(high - low, channels);
  return cv::max(cv::max(channels[0], channels[1]), channels[2]);
}

}  // namespace

std::vector<float> FindEvenBackdrop(const cv::Mat& lab) {
  if (lab.cols < 8 || lab.rows < 8) return {};
  cv::Mat smooth;
  cv::GaussianBlur(lab, smooth, {3, 3}, 0.8);
  const std::vector<cv::Point> edge = EdgeOf(lab.size());
  const cv::Vec3f usual = MedianColor(smooth, edge);
  const auto away = [&](const cv::Point& p) { return cv::norm(cv::Vec3f(smooth.at<cv::Vec3b>(p)) - usual); };
  const auto even =
      std::count_if(edge.begin(), edge.end(), [&](const cv::Point& p) { return away(p) < kOneColor; });
  if (static_cast<double>(even) < kEvenShare * static_cast<double>(edge.size())) return {};
  const cv::Mat steps = StepsOf(smooth);
  cv::Mat calm(lab.size(), CV_8UC1);
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x)
      calm.at<std::uint8_t>(y, x) =
          steps.at<std::uint8_t>(y, x) < kStep && away({x, y}) < kMostShading ? 255 : 0;
  cv::Mat parts;
  cv::connectedComponents(calm, parts, 4, CV_32S);
  std::vector<char> reaches_edge(static_cast<std::size_t>(lab.total()) + 1, 0);
  for (const cv::Point& p : edge)
    if (calm.at<std::uint8_t>(p) != 0 && away(p) < kOneColor)
      reaches_edge[static_cast<std::size_t>(parts.at<int>(p))] = 1;
  std::vector<float> out(lab.total(), 0.0F);
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x)
      if (calm.at<std::uint8_t>(y, x) != 0 &&
          reaches_edge[static_cast<std::size_t>(parts.at<int>(y, x))] != 0)
        out[static_cast<std::size_t>(y) * static_cast<std::size_t>(lab.cols) + static_cast<std::size_t>(x)] =
            1;
  return out;
}

std::vector<float> OddsBefore(const std::vector<float>& backdrop, const cv::Size& size) {
  constexpr double kSpeck = 2e-4;            // of the picture
  constexpr float kItem = 4, kBackdrop = 6;  // log odds
  cv::Mat before(size, CV_8UC1);
  for (std::size_t p = 0; p < backdrop.size(); ++p) before.data[p] = backdrop[p] > 0 ? 0 : 255;
  cv::Mat parts, stats, centers;
  const int count = cv::connectedComponentsWithStats(before, parts, stats, centers, 8, CV_32S);
  for (int k = 1; k < count; ++k)
    if (stats.at<int>(k, cv::CC_STAT_AREA) < kSpeck * static_cast<double>(before.total()))
      before.setTo(0, parts == k);
  std::vector<cv::Point> all, hull;
  cv::findNonZero(before, all);
  if (all.empty()) return std::vector<float>(backdrop.size(), -kBackdrop);
  cv::convexHull(all, hull);
  cv::fillConvexPoly(before, hull, 255);
  std::vector<float> out;
  for (std::size_t p = 0; p < backdrop.size(); ++p) out.push_back(before.data[p] != 0 ? kItem : -kBackdrop);
  return out;
}

}  // namespace rv::subject
