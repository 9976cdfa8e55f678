#include "bench/picture/depth_likeness.h"

#include <cmath>

#include "base/check.h"
#include "bench/picture/cv_image.h"

namespace rv::picture {
namespace {

constexpr double kEdgePx = 2, kHalfPct = 0.5, kWholePct = 1;
constexpr float kDiscontinuity = 0.02F;  // of the larger inverse depth

cv::Mat ItemOf(const DepthRaster& raster) {
  return cv::Mat(raster.height, raster.width, CV_8UC1, const_cast<std::uint8_t*>(raster.item.data())) != 0;
}

struct Edges {
  cv::Mat inner, rim;  // 255 on either side of an edge
};

// `by_matte`: item and background are apart wherever they meet.
Edges EdgesOf(const DepthRaster& raster, bool by_matte) {
  const cv::Size size(raster.width, raster.height);
  Edges out{cv::Mat::zeros(size, CV_8UC1), cv::Mat::zeros(size, CV_8UC1)};
  const auto look = [&](int x, int y, int dx, int dy) {
    if (x + dx >= raster.width || y + dy >= raster.height) return;
    const auto a = static_cast<std::size_t>(y) * raster.width + x,
               b = static_cast<std::size_t>(y + dy) * raster.width + x + dx;
    const int on = (raster.item[a] != 0) + (raster.item[b] != 0);
    const float p = raster.inverse[a], q = raster.inverse[b];
    const bool apart = std::abs(p - q) > kDiscontinuity * std::max(p, q) && (on == 1 || (p > 0 && q > 0));
    if (on == 0 || !(apart || (on == 1 && by_matte))) return;
    cv::Mat& to = on == 2 ? out.inner : out.rim;
    to.at<std::uint8_t>(y, x) = to.at<std::uint8_t>(y + dy, x + dx) = 255;
  };
  for (int y = 0; y < raster.height; ++y)
    for (int x = 0; x < raster.width; ++x) {
      look(x, y, 1, 0);
      look(x, y, 0, 1);
    }
  return out;
}

double CountNear(const cv::Mat& edges, const cv::Mat& others) {
  if (cv::countNonZero(others) == 0) return 0;
  cv::Mat away;
  cv::distanceTransform(~others, away, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  return cv::countNonZero(edges & (away <= kEdgePx));
}

}  // namespace

void DepthTally::Add(const DepthTally& other) {
  px += other.px;
  within_half += other.within_half;
  within_whole += other.within_whole;
  steps_pct += other.steps_pct;
  inner += other.inner;
  inner_found += other.inner_found;
  rim += other.rim;
  rim_found += other.rim_found;
  said += other.said;
  said_right += other.said_right;
}

DepthTally CompareDepth(const DepthRaster& mine, const DepthRaster& truth, double step) {
  RV_CHECK(mine.width == truth.width && mine.height == truth.height);
  DepthTally out;
  cv::Mat inside;
  cv::erode(ItemOf(truth), inside, cv::Mat::ones(3, 3, CV_8U));
  for (std::size_t i = 0; i < truth.inverse.size(); ++i) {
    if (inside.data[i] == 0 || truth.inverse[i] <= 0) continue;
    ++out.px;
    out.steps_pct += 100 * step / truth.inverse[i];
    if (mine.inverse[i] <= 0) continue;
    const double off_pct = 100 * std::abs(truth.inverse[i] / mine.inverse[i] - 1);
    out.within_half += off_pct <= kHalfPct;
    out.within_whole += off_pct <= kWholePct;
  }
  const Edges wanted = EdgesOf(truth, false), said = EdgesOf(mine, true);
  out.inner = cv::countNonZero(wanted.inner);
  out.rim = cv::countNonZero(wanted.rim);
  out.said = cv::countNonZero(said.inner);
  out.inner_found = CountNear(wanted.inner, said.inner);
  out.rim_found = CountNear(wanted.rim, said.rim);
  out.said_right = CountNear(said.inner, wanted.inner | wanted.rim);
  return out;
}

}  // namespace rv::picture
