#include "groknet/view_quality.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "scene/check.h"

namespace rv {
namespace {

// The ratio of a picture that is just sharp enough, on product photos at 160 px.
constexpr double kMiddleRatio = 0.02;
constexpr double kFullSpan = 2.0 / 3;  // a third of -1..1
constexpr double kLeastWeight = 0.02;
constexpr double kFamiliaritySlope = 12;

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

}  // namespace

ViewQuality MeasureViewQuality(std::span<const float> planes, int size) {
  RV_CHECK_GE(size, 3);
  const auto side = static_cast<std::size_t>(size);
  RV_CHECK_EQ(planes.size(), 3 * side * side);
  std::vector<float> luma = Luma(planes, side * side);
  const double spread = Variance(luma);
  if (spread < 1e-9) return {};
  const double ratio = Variance(Laplacian(luma, side)) / spread;
  const auto twentieth = static_cast<std::ptrdiff_t>(luma.size() / 20);
  std::ranges::nth_element(luma, luma.begin() + twentieth);
  const double dark = luma[static_cast<std::size_t>(twentieth)];
  std::ranges::nth_element(luma, luma.end() - 1 - twentieth);
  const double light = *(luma.end() - 1 - twentieth);
  return {.sharpness = ratio / (ratio + kMiddleRatio), .exposure = std::clamp((light - dark) / kFullSpan, 0.0, 1.0)};
}

double EvidenceWeight(const ViewQuality& quality, double familiarity, double min_familiarity) {
  const double known = 1 / (1 + std::exp(-kFamiliaritySlope * (familiarity - min_familiarity)));
  return std::clamp(quality.sharpness * quality.exposure * known, kLeastWeight, 1.0);
}

}  // namespace rv
