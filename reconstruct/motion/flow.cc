#include "reconstruct/motion/flow.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video.hpp>

#include "base/parallel.h"

namespace rv::motion {
namespace {

constexpr float kLeastEnergy = 4;  // squared gradient, mean over 7 x 7 px: texture
// Forward-backward error, px, that is tolerated, and for each px of flow.
constexpr double kTolerancePx = 0.6;
constexpr double kRelativeTolerance = 0.08;
constexpr std::size_t kLeastSimilarityCells = 30;
// Loss schedule of the similarity, px of the Cauchy loss.
constexpr double kFirstScalePx = 4;
constexpr double kLastScalePx = 0.7;
constexpr double kScaleFactor = 0.8;
constexpr int kIterations = 12;

// OpenCV's flow reads beyond pictures that have no room for its patches at its coarsest level.
constexpr int kLeastSide = 64;

cv::Mat DenseFlow(const cv::Mat& from, const cv::Mat& to) {
  const int right = std::max(0, kLeastSide - from.cols), below = std::max(0, kLeastSide - from.rows);
  if (right > 0 || below > 0) {
    cv::Mat a, b;
    cv::copyMakeBorder(from, a, 0, below, 0, right, cv::BORDER_REPLICATE);
    cv::copyMakeBorder(to, b, 0, below, 0, right, cv::BORDER_REPLICATE);
    return DenseFlow(a, b)(cv::Rect(0, 0, from.cols, from.rows)).clone();
  }
  const cv::Ptr<cv::DISOpticalFlow> dis = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST);
  cv::Mat flow;
  dis->calc(from, to, flow);
  return flow;
}

cv::Mat WarpBack(const cv::Mat& picture, const cv::Mat& flow) {
  cv::Mat map(flow.size(), CV_32FC2), out;
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      map.at<cv::Vec2f>(y, x) =
          flow.at<cv::Vec2f>(y, x) + cv::Vec2f(static_cast<float>(x), static_cast<float>(y));
  cv::remap(picture, out, map, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return out;
}

double Residual(const cv::Mat& from, const cv::Mat& to, const cv::Mat& forward) {
  cv::Mat warped = WarpBack(to, forward), difference, blurred, detail;
  cv::absdiff(from, warped, difference);
  cv::blur(from, blurred, {15, 15});
  cv::absdiff(from, blurred, detail);
  return cv::mean(difference)[0] / (cv::mean(detail)[0] + 0.5);
}

PairFlow MeasurePair(const cv::Mat& from, const cv::Mat& to) {
  const cv::Mat forward = DenseFlow(from, to), backward = DenseFlow(to, from);
  PairFlow pair{.residual = Residual(from, to, forward)};
  const cv::Mat returned = WarpBack(backward, forward);
  cv::Mat gx, gy;
  cv::Sobel(from, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(from, gy, CV_32F, 0, 1, 3, 1.0 / 8);
  cv::Mat energy = gx.mul(gx) + gy.mul(gy);
  cv::blur(energy, energy, {7, 7});
  const cv::Size half(from.cols / 2, from.rows / 2);
  pair.flow.create(half, CV_32FC2);
  pair.ok.create(half, CV_8UC1);
  long usable = 0;
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x) {
      const auto& f = forward.at<cv::Vec2f>(2 * y, 2 * x);
      const auto& r = returned.at<cv::Vec2f>(2 * y, 2 * x);
      const double error = cv::norm(f + r), length = cv::norm(f);
      pair.flow.at<cv::Vec2f>(y, x) = f;
      const bool ok =
          error < kTolerancePx + kRelativeTolerance * length && energy.at<float>(2 * y, 2 * x) > kLeastEnergy;
      pair.ok.at<uchar>(y, x) = ok ? 255 : 0;
      pair.length += ok ? length : 0;
      usable += ok;
    }
  pair.length /= std::max(1L, usable);
  return pair;
}

struct Cell {
  double x, y, u, v;  // position relative to the canvas center, flow
};

std::vector<Cell> UsableCells(const PairFlow& pair, const cv::Mat& mask) {
  std::vector<Cell> cells;
  for (int y = 0; y < pair.ok.rows; ++y)
    for (int x = 0; x < pair.ok.cols; ++x)
      if (pair.ok.at<uchar>(y, x) && (mask.empty() || mask.at<uchar>(y, x))) {
        const cv::Vec2f f = pair.flow.at<cv::Vec2f>(y, x);
        cells.push_back({2.0 * x - pair.ok.cols, 2.0 * y - pair.ok.rows, f[0], f[1]});
      }
  return cells;
}

}  // namespace

Result<std::vector<PairFlow>> NeighborFlow(const SmallSweep& small, int threads, const Progress& progress) {
  const std::size_t pairs = small.count() > 1 ? small.count() - 1 : 0;
  std::vector<PairFlow> flow(pairs);
  constexpr std::size_t kBatch = 16;
  for (std::size_t begin = 0; begin < pairs; begin += kBatch) {
    if (!Report(progress, "motion", 0.3 + 0.5 * begin / pairs)) return Cancelled();
    ParallelFor(std::min(kBatch, pairs - begin), threads, [&](std::size_t k) {
      flow[begin + k] = MeasurePair(small.gray[begin + k], small.gray[begin + k + 1]);
    });
  }
  return flow;
}

// Solves u = a x - b y + tx, v = b x + a y + ty by reweighted least squares (Cauchy weights).
cv::Matx23d FlowSimilarity(const PairFlow& pair, const cv::Mat& half_mask, bool* found) {
  const std::vector<Cell> cells = UsableCells(pair, half_mask);
  *found = cells.size() >= kLeastSimilarityCells;
  if (!*found) return {1, 0, 0, 0, 1, 0};
  cv::Vec4d p(0, 0, 0, 0);
  double scale = kFirstScalePx;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    cv::Matx44d h = cv::Matx44d::eye() * 1e-9;
    cv::Vec4d g(0, 0, 0, 0);
    for (const Cell& c : cells) {
      const double ru = c.u - (p[0] * c.x - p[1] * c.y + p[2]), rv = c.v - (p[1] * c.x + p[0] * c.y + p[3]);
      const double w = 1 / (1 + (ru * ru + rv * rv) / (scale * scale));
      const cv::Vec4d ju(c.x, -c.y, 1, 0), jv(c.y, c.x, 0, 1);
      for (int r = 0; r < 4; ++r) {
        g[r] += w * (ju[r] * c.u + jv[r] * c.v);
        for (int k = 0; k < 4; ++k) h(r, k) += w * (ju[r] * ju[k] + jv[r] * jv[k]);
      }
    }
    p = h.solve(g, cv::DECOMP_CHOLESKY);
    scale = std::max(kLastScalePx, scale * kScaleFactor);
  }
  const double cx = pair.ok.cols, cy = pair.ok.rows;  // canvas center
  return {1 + p[0], -p[1], p[2] - p[0] * cx + p[1] * cy, p[1], 1 + p[0], p[3] - p[1] * cx - p[0] * cy};
}

}  // namespace rv::motion
