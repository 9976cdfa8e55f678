#include "reconstruct/features/scale_space.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/check.h"
#include "reconstruct/features/float_lanes.h"

namespace rv::features {
namespace {

constexpr int kSmallestSide = 24;  // an octave with a smaller side has hardly a feature
constexpr int kStep = 2 * kLanes;  // what the inner loops do at once

// out[x] = taps[0] rows[0][x] + sum over j of taps[j] (above[j][x] + below[j][x]).
RV_LANE_CLONES void BlurColumns(const float* const* above,
                                const float* const* below,
                                const float* taps,
                                int radius,
                                int stride,
                                float* out) {
  for (int x = 0; x < stride; x += kStep) {
    const auto* center = reinterpret_cast<const Lanes*>(above[0] + x);
    Lanes sum0 = center[0] * taps[0];
    Lanes sum1 = center[1] * taps[0];
    for (int j = 1; j <= radius; ++j) {
      const auto* a = reinterpret_cast<const Lanes*>(above[j] + x);
      const auto* b = reinterpret_cast<const Lanes*>(below[j] + x);
      sum0 += (a[0] + b[0]) * taps[j];
      sum1 += (a[1] + b[1]) * taps[j];
    }
    auto* to = reinterpret_cast<Lanes*>(out + x);
    to[0] = sum0;
    to[1] = sum1;
  }
}

// The same along a row; `in` can be read `radius` before its begin and after its end.
RV_LANE_CLONES void BlurRow(const float* in, const float* taps, int radius, int stride, float* out) {
  for (int x = 0; x < stride; x += kStep) {
    const auto* center = reinterpret_cast<const Lanes*>(in + x);
    Lanes sum0 = center[0] * taps[0];
    Lanes sum1 = center[1] * taps[0];
    for (int j = 1; j <= radius; ++j) {
      const auto* a = reinterpret_cast<const Lanes*>(in + x - j);
      const auto* b = reinterpret_cast<const Lanes*>(in + x + j);
      sum0 += (a[0] + b[0]) * taps[j];
      sum1 += (a[1] + b[1]) * taps[j];
    }
    auto* to = reinterpret_cast<Lanes*>(out + x);
    to[0] = sum0;
    to[1] = sum1;
  }
}

// Mirrored at the first and the last pixel.
int Mirrored(int i, int size) {
  while (i < 0 || i >= size) i = i < 0 ? -i : 2 * (size - 1) - i;
  return i;
}

// taps[j]: weight of a pixel j away.
std::vector<float> GaussianTaps(double sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(3.3 * sigma)));
  std::vector<double> weights(radius + 1);
  double sum = 0;
  for (int j = 0; j <= radius; ++j) {
    weights[j] = std::exp(-0.5 * j * j / (sigma * sigma));
    sum += j == 0 ? weights[j] : 2 * weights[j];
  }
  std::vector<float> taps;
  for (const double w : weights) taps.push_back(static_cast<float>(w / sum));
  return taps;
}

ScalePlane FloatsOf(const Image& gray) {
  ScalePlane plane = ScalePlane::Make(gray.width, gray.height);
  for (int y = 0; y < gray.height; ++y) std::copy_n(gray.at(0, y), gray.width, plane.row(y));
  return plane;
}

// Linear on purpose: sharper interpolation finds fewer keypoints, and they match less often.
ScalePlane Doubled(ScalePlane in) {
  ScalePlane out = ScalePlane::Make(2 * in.width, 2 * in.height);
  const auto view = [](ScalePlane& p) {
    return cv::Mat(p.height, p.width, CV_32F, p.values.data(), sizeof(float) * p.stride);
  };
  cv::Mat target = view(out);
  cv::resize(view(in), target, target.size(), 0, 0, cv::INTER_LINEAR);
  return out;
}

ScalePlane EverySecond(const ScalePlane& in) {
  ScalePlane out = ScalePlane::Make((in.width + 1) / 2, (in.height + 1) / 2);
  for (int y = 0; y < out.height; ++y) {
    const float* from = in.row(2 * y);
    float* to = out.row(y);
    for (int x = 0; x < out.width; ++x) to[x] = from[2 * x];
  }
  return out;
}

void FillOctave(std::vector<ScalePlane>& levels) {
  while (static_cast<int>(levels.size()) < kLevels) {
    const double from = LevelSigma(static_cast<double>(levels.size()) - 1);
    const double to = LevelSigma(static_cast<double>(levels.size()));
    ScalePlane next = ScalePlane::Make(levels.back().width, levels.back().height);
    GaussianBlur(levels.back(), std::sqrt(to * to - from * from), next);
    levels.push_back(std::move(next));
  }
}

}  // namespace

ScalePlane ScalePlane::Make(int width, int height) {
  ScalePlane plane{.width = width, .height = height, .stride = (width + kStep - 1) / kStep * kStep};
  plane.values.resize(static_cast<std::size_t>(plane.stride) * height);
  return plane;
}

double LevelSigma(double level) { return kBaseSigma * std::exp2(level / kScalesPerOctave); }

void GaussianBlur(const ScalePlane& in, double sigma, ScalePlane& out) {
  RV_CHECK_EQ(in.stride, out.stride);
  RV_CHECK_EQ(in.height, out.height);
  RV_CHECK(in.width > 1 && in.height > 1);
  const std::vector<float> taps = GaussianTaps(sigma);
  const int radius = static_cast<int>(taps.size()) - 1;
  std::vector<float> padded(static_cast<std::size_t>(in.stride) + 2 * radius);
  float* middle = padded.data() + radius;
  std::vector<const float*> above(radius + 1), below(radius + 1);
  for (int y = 0; y < in.height; ++y) {
    for (int j = 0; j <= radius; ++j) {
      above[j] = in.row(Mirrored(y - j, in.height));
      below[j] = in.row(Mirrored(y + j, in.height));
    }
    BlurColumns(above.data(), below.data(), taps.data(), radius, in.stride, middle);
    for (int j = 1; j <= radius; ++j) {
      middle[-j] = middle[Mirrored(-j, in.width)];
      middle[in.width - 1 + j] = middle[Mirrored(in.width - 1 + j, in.width)];
    }
    BlurRow(middle, taps.data(), radius, in.stride, out.row(y));
  }
}

ScaleSpace BuildScaleSpace(const Image& gray, int detect_side_px) {
  constexpr double kBlurPx = 2 * 0.5;  // half a pixel of any picture (Lowe), doubled with it
  RV_CHECK_EQ(gray.channels, 1);
  const double shrink =
      std::min(1.0, static_cast<double>(detect_side_px) / std::max(gray.width, gray.height));
  const Image small = Resize(gray, std::max(1, static_cast<int>(std::lround(gray.width * shrink))),
                             std::max(1, static_cast<int>(std::lround(gray.height * shrink))));
  const ScalePlane doubled = Doubled(FloatsOf(small));
  ScaleSpace space{.px_per_x = static_cast<double>(gray.width) / doubled.width,
                   .px_per_y = static_cast<double>(gray.height) / doubled.height};
  ScalePlane base = ScalePlane::Make(doubled.width, doubled.height);
  GaussianBlur(doubled, std::sqrt(kBaseSigma * kBaseSigma - kBlurPx * kBlurPx), base);
  while (true) {
    std::vector<ScalePlane>& levels = space.octaves.emplace_back();
    levels.reserve(kLevels);
    levels.push_back(std::move(base));
    FillOctave(levels);
    base = EverySecond(levels[kScalesPerOctave]);
    if (std::min(base.width, base.height) < kSmallestSide) return space;
  }
}

}  // namespace rv::features
