#include "reconstruct/motion/subject_region.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/parallel.h"
#include "reconstruct/motion/static_background.h"
#include "reconstruct/motion/subject_plate.h"

namespace rv::motion {
namespace {

constexpr float kLeastDeviationPx = 0.25F;
constexpr float kFullDeviation = 4;              // medians at which parallax counts fully
constexpr int kParallaxReach = 3;                // pairs before and after a frame
constexpr double kLeastParallaxContrast = 0.15;  // of parallax between center and border
constexpr double kParallaxTrust = 0.5;
constexpr double kGuessTrust = 0.2;
constexpr double kPlainBorderTrust = 0.8;
constexpr double kPlainSpread = 14;  // gray levels
// Plausible masks: mean share of the picture.
constexpr double kLeastShare = 0.004;
constexpr double kMostShare = 0.85;

bool AllHaveMattes(const SmallSweep& small) {
  return std::none_of(small.matte.begin(), small.matte.end(), [](const cv::Mat& m) { return m.empty(); });
}

cv::Mat CenterPrior(cv::Size size) {
  cv::Mat prior(size, CV_32FC1);
  const double cx = size.width / 2.0, cy = size.height * 0.52;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double dx = (x - cx) / (0.36 * size.width), dy = (y - cy) / (0.40 * size.height);
      prior.at<float>(y, x) = static_cast<float>(std::exp(-0.5 * std::pow(dx * dx + dy * dy, 1.5)));
    }
  return prior;
}

// The plain border's color: mean over the top, left and right edges of all frames, and how plain it is.
struct BorderModel {
  cv::Vec3f color;
  double spread = 255;  // mean distance of the edge pixels from `color`
};

BorderModel MeasureBorder(const SmallSweep& small) {
  std::vector<cv::Vec3f> samples;
  const int step = std::max(1, small.count() / 20);
  for (int i = 0; i < small.count(); i += step) {
    const cv::Mat& p = small.bgr[i];
    for (int x = 2; x < p.cols; x += 8) samples.push_back(p.at<cv::Vec3b>(2, x));
    for (int y = 2; y < p.rows * 3 / 4; y += 8) {
      samples.push_back(p.at<cv::Vec3b>(y, 2));
      samples.push_back(p.at<cv::Vec3b>(y, p.cols - 3));
    }
  }
  BorderModel model;
  for (int c = 0; c < 3; ++c) {
    std::nth_element(samples.begin(), samples.begin() + samples.size() / 2, samples.end(),
                     [c](const cv::Vec3f& a, const cv::Vec3f& b) { return a[c] < b[c]; });
    model.color[c] = samples[samples.size() / 2][c];
  }
  double sum = 0;
  for (const cv::Vec3f& s : samples) sum += cv::norm(s - model.color);
  model.spread = sum / samples.size();
  return model;
}

cv::Mat FarFromBorder(const cv::Mat& bgr, const BorderModel& border) {
  cv::Mat far(bgr.size(), CV_8UC1);
  const double threshold = std::max(24.0, 3 * border.spread);
  for (int y = 0; y < bgr.rows; ++y)
    for (int x = 0; x < bgr.cols; ++x)
      far.at<uchar>(y, x) = cv::norm(cv::Vec3f(bgr.at<cv::Vec3b>(y, x)) - border.color) > threshold ? 255 : 0;
  return CleanMask(far);
}

cv::Mat OuterCells(cv::Size half) {
  cv::Mat outer(half, CV_8UC1, cv::Scalar(255));
  outer(cv::Rect(half.width / 5, half.height / 5, half.width * 3 / 5, half.height * 4 / 5)).setTo(0);
  return outer;
}

// Per half-size cell, the deviation from the border's motion, relative to the median deviation at the border.
cv::Mat Parallax(const PairFlow& pair, const cv::Mat& outer) {
  bool found = false;
  const cv::Matx23d s = FlowSimilarity(pair, outer, &found);
  cv::Mat parallax(pair.flow.size(), CV_32FC1, cv::Scalar(0));
  if (!found) return parallax;
  std::vector<float> border;
  for (int y = 0; y < parallax.rows; ++y)
    for (int x = 0; x < parallax.cols; ++x) {
      if (!pair.ok.at<uchar>(y, x)) continue;
      const cv::Vec2d at(2.0 * x, 2.0 * y);
      const cv::Vec2d moved = s * cv::Vec3d(at[0], at[1], 1) - at;
      const float r = static_cast<float>(cv::norm(moved - cv::Vec2d(pair.flow.at<cv::Vec2f>(y, x))));
      parallax.at<float>(y, x) = r;
      if (outer.at<uchar>(y, x)) border.push_back(r);
    }
  if (border.empty()) return parallax;
  std::nth_element(border.begin(), border.begin() + border.size() / 2, border.end());
  const float median = std::max(kLeastDeviationPx, border[border.size() / 2]);
  parallax = cv::min(parallax / (kFullDeviation * median), 1.0F);
  cv::GaussianBlur(parallax, parallax, {0, 0}, 4);
  return parallax;
}

SubjectRegions ByParallax(const SmallSweep& small, const std::vector<PairFlow>& flow, int threads) {
  SubjectRegions regions{.trust = kGuessTrust, .method = "centre"};
  const cv::Mat prior = CenterPrior(small.size);
  const cv::Size half(small.size.width / 2, small.size.height / 2);
  const cv::Mat outer = OuterCells(half);
  std::vector<cv::Mat> parallax(flow.size());
  ParallelFor(flow.size(), threads, [&](std::size_t i) { parallax[i] = Parallax(flow[i], outer); });
  regions.mask.resize(small.count());
  std::vector<double> contrast(small.count());
  ParallelFor(small.count(), threads, [&](std::size_t i) {
    cv::Mat sum(half, CV_32FC1, cv::Scalar(0));
    const int first = std::max(0, static_cast<int>(i) - kParallaxReach);
    const int last = std::min(static_cast<int>(flow.size()), static_cast<int>(i) + kParallaxReach);
    for (int k = first; k < last; ++k) sum += parallax[k] / (last - first);
    cv::Mat evidence, soft;
    cv::resize(sum, evidence, small.size, 0, 0, cv::INTER_LINEAR);
    contrast[i] = cv::mean(evidence, prior > 0.5)[0] - cv::mean(evidence, prior < 0.2)[0];
    evidence = prior.mul(0.35F + evidence);
    evidence.convertTo(soft, CV_8U, 255 / 1.0);
    cv::Mat hard;
    cv::threshold(soft, hard, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    regions.mask[i] = CleanMask(hard);
  });
  std::nth_element(contrast.begin(), contrast.begin() + contrast.size() / 2, contrast.end());
  if (contrast[contrast.size() / 2] > kLeastParallaxContrast) {
    regions.trust = kParallaxTrust;
    regions.method = "parallax";
  }
  return regions;
}

double MeanShare(const std::vector<cv::Mat>& masks) {
  double sum = 0;
  for (const cv::Mat& m : masks) sum += cv::mean(m)[0] / 255;
  return sum / masks.size();
}

bool Plausible(const std::vector<cv::Mat>& masks) {
  const double share = MeanShare(masks);
  const auto empty =
      std::count_if(masks.begin(), masks.end(), [](const cv::Mat& m) { return cv::mean(m)[0] < 0.5; });
  return share > kLeastShare && share < kMostShare && empty * 10 <= static_cast<long>(masks.size());
}

}  // namespace

SubjectRegions FindSubject(const SmallSweep& small,
                           const std::vector<PairFlow>& flow,
                           bool still_background,
                           int threads) {
  if (AllHaveMattes(small)) return {.mask = small.matte, .trust = 1, .method = "given"};
  if (still_background) {
    SubjectRegions regions{
        .mask = MasksAgainstPlate(small, threads), .trust = 1, .method = "still background"};
    if (Plausible(regions.mask)) return regions;
  }
  const BorderModel border = MeasureBorder(small);
  if (border.spread < kPlainSpread) {
    SubjectRegions regions{.trust = kPlainBorderTrust, .method = "plain background"};
    regions.mask.resize(small.count());
    ParallelFor(small.count(), threads,
                [&](std::size_t i) { regions.mask[i] = FarFromBorder(small.bgr[i], border); });
    if (Plausible(regions.mask)) return regions;
  }
  return ByParallax(small, flow, threads);
}

}  // namespace rv::motion
