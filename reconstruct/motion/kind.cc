#include "reconstruct/motion/kind.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/motion/turn.h"

namespace rv::motion {
namespace {

constexpr double kFlowMatches = 100;     // stands for the matches of a pair that dense motion joins
constexpr double kMatchableMatches = 9;  // median over the neighbors
// Parallax.
constexpr int kLeastFarMatches = 25;  // consistent matches of a far pair
constexpr double kLeastShift = 0.08;  // of a far pair, share of the longer side
constexpr int kLeastCenterMatches = 8;
constexpr double kCenterFactor = 1.2;        // on the share that one homography explains in the center
constexpr double kExplained = 0.75;          // a pair with a smaller share has parallax
constexpr long kParallaxPairsInverse = 10;   // more than 1 in 10 pairs with parallax: a walk-round
constexpr double kMostRotationMisfit = 0.4;  // median of RotationMisfit / shift
// Steps.
constexpr int kRateWindow = 5;  // frames of the running median
constexpr double kStandstillRate = 1e-6;
constexpr double kLeastRelativeRate = 1e-4;

}  // namespace

std::vector<int> FindBreaks(const std::vector<int>& place) {
  std::vector<int> breaks;
  for (std::size_t i = 0; i + 1 < place.size(); ++i)
    if (place[i] != place[i + 1]) breaks.push_back(static_cast<int>(i));
  return breaks;
}

bool MatchableNeighbors(const std::vector<PairMatch>& neighbors) {
  std::vector<double> consistent;
  for (const PairMatch& m : neighbors) consistent.push_back(m.by_flow ? kFlowMatches : m.consistent);
  return UpperMedian(consistent) >= kMatchableMatches;
}

FrameRange LongestRun(int frames, const std::vector<int>& breaks) {
  FrameRange best{.first = 0, .last = -1};
  int first = 0;
  for (std::size_t k = 0; k <= breaks.size(); ++k) {
    const int last = k < breaks.size() ? breaks[k] : frames - 1;
    if (last - first + 1 > best.count()) best = {.first = first, .last = last};
    first = last + 1;
  }
  return best;
}

CaptureMotion ClassifyParallax(const std::vector<PairMatch>& far, cv::Size canvas) {
  const double side = std::max(canvas.width, canvas.height);
  std::vector<double> explained, misfit;
  for (const PairMatch& m : far) {
    if (m.consistent < kLeastFarMatches || m.shift < kLeastShift * side) continue;
    // The middle of the picture decides: a table or a far background alone does not stand for the whole.
    const double center =
        m.center_matches >= kLeastCenterMatches ? kCenterFactor * m.center_homography / m.center_matches : 1;
    explained.push_back(std::min(center, static_cast<double>(m.homography) / m.consistent));
    misfit.push_back(RotationMisfit(m.second_from_first, canvas) / (m.shift / side));
  }
  // A walk-round with a far background has some pairs without parallax too; a capture without parallax has
  // nearly no others.
  const auto with_parallax =
      std::count_if(explained.begin(), explained.end(), [](double e) { return e < kExplained; });
  if (explained.size() * 2 < far.size() + 1 ||
      with_parallax * kParallaxPairsInverse > static_cast<long>(explained.size()))
    return CaptureMotion::kWalkRound;
  return UpperMedian(misfit) < kMostRotationMisfit ? CaptureMotion::kRotationInPlace
                                                   : CaptureMotion::kPanAlongPlane;
}

std::vector<double> SteadySteps(const std::vector<double>& raw, const std::vector<double>& dt, double slack) {
  const std::size_t count = raw.size();
  std::vector<double> rate(count);
  for (std::size_t i = 0; i < count; ++i) rate[i] = raw[i] / dt[i];
  rate = MedianSmooth(rate, kRateWindow);
  std::vector<double> moving;
  for (double r : rate)
    if (r > kStandstillRate) moving.push_back(r);
  const double median = UpperMedian(moving);
  std::vector<double> step(count, 0);
  const double log_slack = std::log(slack);
  for (std::size_t i = 0; i < count && median > 0; ++i) {
    const double deviation = std::log(std::max(rate[i], kLeastRelativeRate * median) / median);
    const double excess = deviation > log_slack    ? deviation - log_slack
                          : deviation < -log_slack ? deviation + log_slack
                                                   : 0;
    step[i] = dt[i] * median * std::exp(excess);
  }
  return step;
}

}  // namespace rv::motion
