#include "groknet/recognition/view_quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/check.h"

namespace rv {
namespace {

// The ratio of a picture that is just sharp enough, on product photos at 160 px.
constexpr double kMiddleRatio = 0.02;
constexpr double kFullSpan = 2.0 / 3;  // a third of -1..1
constexpr double kLeastWeight = 0.02;
constexpr double kInDistributionSlope = 12;

double Variance(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(values.size());
  return std::max(0.0, squares / count - (sum / count) * (sum / count));
}

std::vector<float> Luma(std::span<const float> planes, std::size_t pixels) {
  std::vector<float> luma(pixels);
  for (std::size_t i = 0; i < pixels; ++i)
    luma[i] = 0.299F * planes[i] + 0.587F * planes[pixels + i] + 0.114F * planes[2 * pixels + i];
  return luma;
}

std::vector<float> Laplacian(const std::vector<float>& luma, std::size_t side) {
  std::vector<float> out;
  out.reserve(luma.size());
  for (std::size_t y = 1; y + 1 < side; ++y) {
    for (std::size_t x = 1; x + 1 < side; ++x) {
      const std::size_t i = y * side + x;
      out.push_back(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - side] - luma[i + side]);
    }
  }
  return out;
}

// Between the darkest and the lightest twentieth, in steps of a gray level.
double SpanWithoutTails(const std::vector<float>& luma) {
  std::array<std::size_t, 256> counts{};
  for (const float value : luma)
    ++counts[static_cast<std::size_t>(std::clamp(std::lround(127.5F * (value + 1)), 0L, 255L))];
  const std::size_t tail = luma.size() / 20;
  int dark = 0;
  for (std::size_t seen = counts[0]; seen <= tail && dark < 255;
       seen += counts[static_cast<std::size_t>(++dark)]) {
  }
  int light = 255;
  for (std::size_t seen = counts[255]; seen <= tail && light > 0;
       seen += counts[static_cast<std::size_t>(--light)]) {
  }
  return (light - dark) / 127.5;
}

}  // namespace

ViewQuality MeasureViewQuality(std::span<const float> planes, int size) {
  RV_CHECK_GE(size, 3);
  const auto side = static_cast<std::size_t>(size);
  RV_CHECK_EQ(planes.size(), 3 * side * side);
  const std::vector<float> luma = Luma(planes, side * side);
  const double spread = Variance(luma);
  if (spread < 1e-9) return {};
  const double ratio = Variance(Laplacian(luma, side)) / spread;
  return {.sharpness = ratio / (ratio + kMiddleRatio),
          .exposure = std::clamp(SpanWithoutTails(luma) / kFullSpan, 0.0, 1.0)};
}

double EvidenceWeight(const ViewQuality& quality,
                      double in_distribution_score,
                      double min_in_distribution_score) {
  const double known =
      1 / (1 + std::exp(-kInDistributionSlope * (in_distribution_score - min_in_distribution_score)));
  return std::clamp(quality.sharpness * quality.exposure * known, kLeastWeight, 1.0);
}

}  // namespace rv
