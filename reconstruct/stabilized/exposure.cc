#include "reconstruct/stabilized/exposure.h"

#include <algorithm>
#include <cmath>

#include "base/srgb.h"
#include "reconstruct/motion/subject_plate.h"

namespace rv::stabilized {
namespace {

constexpr uchar kDarkest = 16;     // of 255
constexpr uchar kBrightest = 240;  // of 255
constexpr double kDisplayGamma = 2.2;
constexpr double kMostPairWeight = 60;  // samples
constexpr double kLeastPairSamples = 20;

// From the colors of a static background.
std::vector<exposure::Gain> StaticBackgroundGains(const motion::MotionMeasurements& m) {
  const std::vector<cv::Vec3f> ratios = motion::BorderGains(m.small.bgr, motion::TemporalMedian(m.small.bgr));
  std::vector<exposure::Gain> gains;
  for (const cv::Vec3f& bgr : ratios) {
    // Ratios of sRGB values; sRGB is close to a power of 2.2 of linear light.
    exposure::Gain gain;
    for (int c = 0; c < 3; ++c) gain[c] = std::pow(static_cast<double>(bgr[2 - c]), kDisplayGamma);
    gains.push_back(gain);
  }
  return gains;
}

double LogLinear(uchar value) { return std::log(LinearFromSrgb(value / 255.0)); }

// Neither in the dark nor near clipping.
bool WellExposed(const cv::Vec3b& bgr) {
  return std::all_of(bgr.val, bgr.val + 3, [](uchar v) { return v > kDarkest && v < kBrightest; });
}

// Color ratios of the pixels that dense motion joins between frames i and i + 1.
exposure::ExposurePair CompareNeighbors(const motion::MotionMeasurements& m, int i) {
  exposure::ExposurePair pair{.a = i, .b = i + 1};
  const motion::PairFlow& flow = m.flow[i];
  const cv::Mat &a = m.small.bgr[i], &b = m.small.bgr[i + 1];
  std::array<std::vector<double>, 3> ratios;
  for (int y = 0; y < flow.ok.rows; y += 2)
    for (int x = 0; x < flow.ok.cols; x += 2) {
      const cv::Vec2f f = flow.flow.at<cv::Vec2f>(y, x);
      const cv::Point from(2 * x, 2 * y), to(cvRound(2 * x + f[0]), cvRound(2 * y + f[1]));
      if (!flow.ok.at<uchar>(y, x) || !cv::Rect(cv::Point(0, 0), b.size()).contains(to)) continue;
      const cv::Vec3b va = a.at<cv::Vec3b>(from), vb = b.at<cv::Vec3b>(to);
      if (!WellExposed(va) || !WellExposed(vb)) continue;
      for (int c = 0; c < 3; ++c) ratios[c].push_back(LogLinear(va[2 - c]) - LogLinear(vb[2 - c]));
    }
  pair.weight = std::min<double>(kMostPairWeight, ratios[0].size());
  if (pair.weight < kLeastPairSamples) return {.a = i, .b = i + 1};
  for (int c = 0; c < 3; ++c) {
    std::nth_element(ratios[c].begin(), ratios[c].begin() + ratios[c].size() / 2, ratios[c].end());
    pair.log_ratio[c] = ratios[c][ratios[c].size() / 2];
  }
  return pair;
}

}  // namespace

std::vector<exposure::Gain> StabilizedGains(const motion::MotionMeasurements& m, const SweepMotion& motion) {
  const exposure::Gain one{1, 1, 1};
  if (motion.static_background) return StaticBackgroundGains(m);
  if (motion.flow_trust < rv::motion::kUsableFlowTrust)
    return std::vector<exposure::Gain>(m.small.count(), one);
  std::vector<exposure::ExposurePair> pairs;
  for (int i = motion.pass.first; i < motion.pass.last; ++i) {
    exposure::ExposurePair pair = CompareNeighbors(m, i);
    if (pair.weight <= 0) continue;
    pair.a -= motion.pass.first;
    pair.b -= motion.pass.first;
    pairs.push_back(pair);
  }
  const std::vector<exposure::Gain> solved = exposure::SolveGains(motion.pass.count(), pairs, false);
  std::vector<exposure::Gain> gains(m.small.count(), one);
  std::copy(solved.begin(), solved.end(), gains.begin() + motion.pass.first);
  return gains;
}

}  // namespace rv::stabilized
