#include "convert/short_arc.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::convert {

std::string DescribeShortArc(const Orbit& orbit) {
  constexpr double kNearer = 0.25;  // of the distance
  constexpr double kStill = 3;      // degrees
  std::vector<double> radii;
  for (const OrbitFrame& frame : orbit.frames) radii.push_back(frame.radius);
  const auto [near, far] = std::minmax_element(radii.begin(), radii.end());
  const double arc_deg = ToDegrees(orbit.arc);
  const std::string arc = Text(" (", std::lround(arc_deg), " degrees)");
  if (*far - *near > kNearer * Median(radii))
    return "the camera comes nearer or goes away instead of going round the item" + arc;
  if (arc_deg < kStill) return "the camera stands still instead of going round the item" + arc;
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
