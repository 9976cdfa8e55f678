#include "convert/short_arc.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::convert {

namespace {

constexpr double kNearer = 0.25;  // of the distance
constexpr double kStill = 3;      // degrees

bool ComesNearer(const Orbit& orbit) {
  std::vector<double> radii;
  for (const OrbitFrame& frame : orbit.frames) radii.push_back(frame.radius);
  const auto [near, far] = std::minmax_element(radii.begin(), radii.end());
  return *far - *near > kNearer * Median(radii);
}

}  // namespace

double WayDegrees(const Orbit& orbit) {
  double low = 0, high = 0;
  for (const OrbitFrame& frame : orbit.frames) {
    low = std::min(low, frame.unwrapped_azimuth);
    high = std::max(high, frame.unwrapped_azimuth);
  }
  return std::min(360.0, ToDegrees(high - low));
}

bool StandsStill(const Orbit& orbit) { return WayDegrees(orbit) < kStill && !ComesNearer(orbit); }

std::string DescribeShortArc(const Orbit& orbit) {
  const std::string arc = Text(" (", std::lround(WayDegrees(orbit)), " degrees)");
  if (ComesNearer(orbit)) return "the camera comes nearer or goes away instead of going round the item" + arc;
  if (StandsStill(orbit)) return "the camera stands still instead of going round the item" + arc;
  return "the camera passes the item instead of going round it" + arc;
}

bool MatchedThroughout(const MatchedSweep& matched) {
  constexpr std::size_t kWell = 80;
  constexpr double kNearlyEvery = 0.9;
  const auto well = std::count_if(
      matched.matches.pairs.begin(), matched.matches.pairs.end(),
      [](const matching::TwoView& pair) { return pair.b == pair.a + 1 && pair.matches.size() >= kWell; });
  return static_cast<double>(well) >= kNearlyEvery * static_cast<double>(matched.gray.size() - 1);
}

}  // namespace rv::convert
