#include "reconstruct/exposure/gain.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/srgb.h"

namespace rv::exposure {
namespace {

constexpr double kNeighborWeight = 0.5;  // between ring neighbors, in samples
// Weight of gain 1, as a share of the mean evidence of a frame: drift over a large part of the turn is the
// light on the item rather than the camera, color more so than brightness. Flicker and seams are corrected
// nevertheless.
constexpr double kBrightnessPrior = 0.001;
constexpr double kColorPrior = 0.01;
constexpr double kLeastPrior = 1e-3;     // for a frame without evidence, in samples
constexpr double kLargestLogGain = 0.7;  // gains beyond a factor of two are not exposure drift
constexpr double kWhiteBegins = 0.6;     // linear light; a darkening gain fades out from here
constexpr double kWhiteRange = 0.4;      // to 1

}  // namespace

std::vector<Gain> SolveGains(int frames, const std::vector<ExposurePair>& pairs, bool closed) {
  RV_CHECK_GT(frames, 0);
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(frames, frames);
  Eigen::MatrixXd b = Eigen::MatrixXd::Zero(frames, 3);
  // log color of frame i = log color of the surface + e_i; the gain is exp(-e_i).
  const auto add = [&](int i, int j, double weight, const std::array<double, 3>& ratio) {
    a(i, i) += weight;
    a(j, j) += weight;
    a(i, j) -= weight;
    a(j, i) -= weight;
    for (int c = 0; c < 3; ++c) {
      b(i, c) += weight * ratio[c];
      b(j, c) -= weight * ratio[c];
    }
  };
  for (const ExposurePair& pair : pairs) add(pair.a, pair.b, pair.weight, pair.log_ratio);
  for (int i = 0; i + 1 < frames; ++i) add(i, i + 1, kNeighborWeight, {});
  if (closed && frames > 2) add(frames - 1, 0, kNeighborWeight, {});

  const double evidence = a.trace() / frames;
  const auto solve = [&](double share, const Eigen::MatrixXd& right) {
    const double prior = kLeastPrior + share * evidence;
    return Eigen::MatrixXd((a + prior * Eigen::MatrixXd::Identity(frames, frames)).ldlt().solve(right));
  };
  const Eigen::VectorXd brightness = -solve(kBrightnessPrior, b.rowwise().mean());
  const Eigen::MatrixXd color = -solve(kColorPrior, b.colwise() - b.rowwise().mean().eval());
  std::vector<Gain> gains(frames);
  for (int i = 0; i < frames; ++i)
    for (int c = 0; c < 3; ++c) {
      const double log_gain = brightness[i] - brightness.mean() + color(i, c) - color.col(c).mean();
      gains[i][c] = std::exp(std::clamp(log_gain, -kLargestLogGain, kLargestLogGain));
    }
  return gains;
}

GainTable MakeGainTable(const Gain& gain) {
  GainTable table;
  for (int c = 0; c < 3; ++c) {
    for (int value = 0; value < 256; ++value) {
      // White stays white: clipped pixels must not turn gray in one frame and pink in the next.
      const double plain = LinearFromSrgb(value / 255.0);
      const double t = std::clamp((plain - kWhiteBegins) / kWhiteRange, 0.0, 1.0);
      const double held = gain[c] < 1 ? t * t * (3 - 2 * t) : 0;
      const double linear = std::min(1.0, plain * (gain[c] + (1 - gain[c]) * held));
      table[c][value] = static_cast<std::uint8_t>(std::lround(255 * SrgbFromLinear(linear)));
    }
  }
  return table;
}

void ApplyGain(const GainTable& table, Image& image) {
  RV_CHECK_EQ(image.channels, 3);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3)
    for (std::size_t c = 0; c < 3; ++c) image.pixels[i + c] = table[c][image.pixels[i + c]];
}

}  // namespace rv::exposure
