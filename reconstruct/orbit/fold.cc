#include "reconstruct/orbit/fold.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace rv::orbit {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

struct Stretch {
  double low = 0, high = 0, elevation = 0;
};

double Wrapped(double angle) { return std::remainder(angle, 2 * std::numbers::pi); }

// Azimuths of frames [begin, end), followed from frame to frame, and their mean height.
Stretch StretchOf(const Orbit& orbit, std::size_t begin, std::size_t end) {
  double at = orbit.frames[begin].azimuth;
  Stretch stretch{at, at, 0};
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) at += Wrapped(orbit.frames[i].azimuth - orbit.frames[i - 1].azimuth);
    stretch.low = std::min(stretch.low, at);
    stretch.high = std::max(stretch.high, at);
    stretch.elevation += orbit.frames[i].elevation / static_cast<double>(end - begin);
  }
  return stretch;
}

double Overlap(const Stretch& a, Stretch b) {
  double best = 0;
  for (const double turn : {-2 * std::numbers::pi, 0.0, 2 * std::numbers::pi}) {
    best = std::max(best, std::min(a.high, b.high + turn) - std::max(a.low, b.low + turn));
  }
  return best;
}

}  // namespace

bool LooksFolded(const Orbit& orbit) {
  const std::size_t count = orbit.frames.size();
  if (count < 12) return false;
  std::vector<double> steps;  // per frame of the sweep
  for (std::size_t i = 1; i < count; ++i) {
    const double frames = orbit.frames[i].frame.value - orbit.frames[i - 1].frame.value;
    steps.push_back(std::abs(Wrapped(orbit.frames[i].azimuth - orbit.frames[i - 1].azimuth)) /
                    std::max(1.0, frames));
  }
  std::vector<double> sorted = steps;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count / 2 - 1), sorted.end());
  const double median = sorted[count / 2 - 1];
  if (median > 15 * kDegree) return false;  // the capture has no clear order
  for (std::size_t i = 1; i < count; ++i) {
    if (i < 5 || count - i < 5 || steps[i - 1] < std::max(20 * kDegree, 5 * median)) continue;
    const Stretch before = StretchOf(orbit, 0, i);
    const Stretch after = StretchOf(orbit, i, count);
    const double shorter = std::min(before.high - before.low, after.high - after.low);
    if (shorter > 30 * kDegree && Overlap(before, after) > 0.5 * shorter &&
        std::abs(before.elevation - after.elevation) < 6 * kDegree)
      return true;
  }
  return false;
}

}  // namespace rv::orbit
