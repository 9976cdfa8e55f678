#include "bench/picture/likeness.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "bench/picture/cv_image.h"

namespace rv::picture {
namespace {

constexpr double kMostDb = 99;

double Psnr(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  cv::Mat difference;
  cv::absdiff(a, b, difference);
  difference.convertTo(difference, CV_32FC3);
  const cv::Scalar mean = cv::mean(difference.mul(difference), mask);
  const double squared = (mean[0] + mean[1] + mean[2]) / 3;
  return squared <= 0 ? kMostDb : std::min(kMostDb, 10 * std::log10(255 * 255 / squared));
}

cv::Mat Smooth(const cv::Mat& image) {
  cv::Mat out;
  cv::GaussianBlur(image, out, {11, 11}, 1.5);
  return out;
}

cv::Mat SsimMap(const Image& first, const Image& second) {
  constexpr double kC1 = 6.5025, kC2 = 58.5225;  // (0.01 * 255)^2, (0.03 * 255)^2
  cv::Mat a, b;
  Luma(first).convertTo(a, CV_32F);
  Luma(second).convertTo(b, CV_32F);
  const cv::Mat mean_a = Smooth(a), mean_b = Smooth(b);
  const cv::Mat aa = mean_a.mul(mean_a), bb = mean_b.mul(mean_b), ab = mean_a.mul(mean_b);
  const cv::Mat var_a = Smooth(a.mul(a)) - aa, var_b = Smooth(b.mul(b)) - bb, cov = Smooth(a.mul(b)) - ab;
  cv::Mat out;
  cv::divide((2 * ab + kC1).mul(2 * cov + kC2), (aa + bb + kC1).mul(var_a + var_b + kC2), out);
  return out;
}

cv::Mat Residual(const Image& view, const Image& truth) {
  cv::Mat a, b, out;
  Luma(view).convertTo(a, CV_32F);
  Luma(truth).convertTo(b, CV_32F);
  cv::GaussianBlur(a - b, out, {}, 3);
  return out;
}

}  // namespace

Gains RatioOfMeans(const Image& view, const Image& truth, const Image& matte) {
  const cv::Scalar a = cv::mean(AsMat(view), AsMat(matte)), b = cv::mean(AsMat(truth), AsMat(matte));
  Gains out{1, 1, 1};
  for (int c = 0; c < 3; ++c)
    if (a[c] > 0) out[c] = b[c] / a[c];
  return out;
}

Gains MedianGains(std::vector<Gains> gains) {
  Gains out{1, 1, 1};
  if (gains.empty()) return out;
  for (std::size_t c = 0; c < 3; ++c) {
    std::vector<double> values;
    for (const Gains& g : gains) values.push_back(g[c]);
    out[c] = Median(values);
  }
  return out;
}

Image Scaled(const Image& view, const Gains& gains) {
  Image out = view;
  for (std::size_t i = 0; i < out.pixels.size(); ++i)
    out.pixels[i] = cv::saturate_cast<std::uint8_t>(out.pixels[i] * gains[i % 3]);
  return out;
}

Likeness Compare(const Image& view, const Image& truth, const Image& matte) {
  const cv::Mat mask = AsMat(matte), ssim = SsimMap(view, truth);
  return {.psnr_item_db = Psnr(AsMat(view), AsMat(truth), mask),
          .psnr_all_db = Psnr(AsMat(view), AsMat(truth), cv::Mat()),
          .ssim_item = cv::mean(ssim, mask)[0],
          .ssim_all = cv::mean(ssim)[0]};
}

double Flicker(const Image& view,
               const Image& truth,
               const Image& matte,
               const Image& next_view,
               const Image& next_truth,
               const Image& next_matte) {
  const cv::Mat both = AsMat(matte) & AsMat(next_matte);
  if (cv::countNonZero(both) == 0) return 0;
  return cv::mean(cv::abs(Residual(next_view, next_truth) - Residual(view, truth)), both)[0];
}

}  // namespace rv::picture
