#include "reconstruct/features.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/features2d.hpp>
#include <tuple>

#include "scene/check.h"

namespace rv::internal {
namespace {

// Square roots of the L1-normalised histogram, times kDescriptorNorm.
void AppendRootSift(const float* sift, std::vector<std::uint8_t>& out) {
  float sum = 0;
  for (int i = 0; i < kDescriptorSize; ++i) sum += sift[i];
  const float scale = sum > 0 ? 1.0F / sum : 0.0F;
  for (int i = 0; i < kDescriptorSize; ++i)
    out.push_back(static_cast<std::uint8_t>(std::lround(kDescriptorNorm * std::sqrt(sift[i] * scale))));
}

bool Masked(const Image& mask, const Eigen::Vector2d& px) {
  if (mask.empty()) return false;
  const int x = std::clamp(static_cast<int>(px.x()), 0, mask.width - 1);
  const int y = std::clamp(static_cast<int>(px.y()), 0, mask.height - 1);
  return *mask.at(x, y) == 0;
}

}  // namespace

FeatureSet ExtractFeatures(const Image& grey, const Image& mask, const FeatureOptions& options) {
  RV_CHECK_EQ(grey.channels, 1);
  const int side = std::max(grey.width, grey.height);
  const double shrink = std::min(1.0, static_cast<double>(options.detect_side_px) / side);
  const Image small = Resize(grey, std::max(1, static_cast<int>(std::lround(grey.width * shrink))),
                             std::max(1, static_cast<int>(std::lround(grey.height * shrink))));
  const double sx = static_cast<double>(grey.width) / small.width;
  const double sy = static_cast<double>(grey.height) / small.height;

  const cv::Mat picture(small.height, small.width, CV_8UC1, const_cast<std::uint8_t*>(small.pixels.data()));
  std::vector<cv::KeyPoint> keypoints;
  cv::Mat descriptors;
  cv::SIFT::create(options.max_features, 3, options.contrast_threshold, 10, 1.6)
      ->detectAndCompute(picture, cv::noArray(), keypoints, descriptors);

  std::vector<int> order(keypoints.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const cv::KeyPoint& p = keypoints[a];
    const cv::KeyPoint& q = keypoints[b];
    return std::make_tuple(-p.size, p.pt.x, p.pt.y, p.angle, a) < std::make_tuple(-q.size, q.pt.x, q.pt.y, q.angle, b);
  });

  // OpenCV's doubled base picture is sampled a quarter pixel off (fixed by `enable_precise_upscale` in 4.8),
  // and its pixel centres are integers.
  constexpr double kOffset = 0.5 - 0.25;
  FeatureSet set;
  for (const int i : order) {
    const cv::KeyPoint& k = keypoints[i];
    const Eigen::Vector2d px((k.pt.x + kOffset) * sx, (k.pt.y + kOffset) * sy);
    if (Masked(mask, px)) continue;
    set.px.push_back(px);
    set.scale_px.push_back(static_cast<float>(0.5 * k.size * sx));
    AppendRootSift(descriptors.ptr<float>(i), set.descriptors);
  }
  return set;
}

}  // namespace rv::internal
