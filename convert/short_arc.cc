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

void ClaimAtMost(double arc_deg, RotatingView& view) {
  constexpr double kLeastDeg = 1;  // neighboring views keep azimuths of their own
  const double most = std::max(kLeastDeg, arc_deg);
  if (view.coverage.arc_deg <= most) return;
  const double share = most / view.coverage.arc_deg;
  for (View& v : view.views) v.azimuth_deg *= share;
  view.coverage.arc_deg = most;
  view.coverage.spacing_deg *= share;
  view.coverage.closed = false;
  view.coverage.loops *= share;
  view.coverage.gaps.clear();
}

}  // namespace rv::convert
