#include "reconstruct/motion/kind.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/motion/turn.h"

namespace rv::motion {
std::vector<int> FindBreaks(const std::vector<int>& place) {
  std::vector<int> breaks;
  for (std::size_t i = 0; i + 1 < place.size(); ++i)
    if (place[i] != place[i + 1]) breaks.push_back(static_cast<int>(i));
  return breaks;
}

bool MatchableNeighbors(const std::vector<PairMatch>& neighbors) {
  std::vector<double> consistent;
  for (const PairMatch& m : neighbors) consistent.push_back(m.by_flow ? 100 : m.consistent);
  return UpperMedian(consistent) >= 9;
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
  constexpr double kExplained = 0.75, kLeastShift = 0.08, kRotation = 0.4;
  const double side = std::max(canvas.width, canvas.height);
  std::vector<double> explained, misfit;
  for (const PairMatch& m : far) {
    if (m.consistent < 25 || m.shift < kLeastShift * side) continue;
    // What stands in the middle decides: a table or a far background alone must not pass for the whole
    // picture.
    const double center = m.center_matches >= 8 ? 1.2 * m.center_homography / m.center_matches : 1;
    explained.push_back(std::min(center, static_cast<double>(m.homography) / m.consistent));
    misfit.push_back(RotationMisfit(m.second_from_first, canvas) / (m.shift / side));
  }
  // A walk-round before a far background has pairs like that too; a capture without parallax has no others.
  const auto with_parallax =
      std::count_if(explained.begin(), explained.end(), [](double e) { return e < kExplained; });
  if (explained.size() * 2 < far.size() + 1 || with_parallax * 10 > static_cast<long>(explained.size()))
    return CaptureMotion::kWalkRound;
  return UpperMedian(misfit) < kRotation ? CaptureMotion::kRotationInPlace : CaptureMotion::kPanAlongPlane;
}

std::vector<double> SteadySteps(const std::vector<double>& raw, const std::vector<double>& dt, double slack) {
  const std::size_t count = raw.size();
  std::vector<double> rate(count);
  for (std::size_t i = 0; i < count; ++i) rate[i] = raw[i] / dt[i];
  rate = MedianSmooth(rate, 5);
  std::vector<double> moving;
  for (double r : rate)
    if (r > 1e-6) moving.push_back(r);
  const double usual = UpperMedian(moving);
  std::vector<double> step(count, 0);
  const double tau = std::log(slack);
  for (std::size_t i = 0; i < count && usual > 0; ++i) {
    const double deviation = std::log(std::max(rate[i], 1e-4 * usual) / usual);
    const double beyond = deviation > tau ? deviation - tau : deviation < -tau ? deviation + tau : 0;
    step[i] = dt[i] * usual * std::exp(beyond);
  }
  return step;
}

}  // namespace rv::motion
