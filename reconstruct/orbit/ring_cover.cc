#include "reconstruct/orbit/ring_cover.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

constexpr double kLeastStepDeg = 0.2;       // smaller steps of azimuth are a standstill
constexpr double kUnevenSteps = 2.5;        // median steps: a wider gap is more than uneven spacing
constexpr double kWidestClosedGapDeg = 60;  // a ring with a wider gap is open
constexpr std::size_t kLeastClosedFrames = 6;
constexpr double kThinDeg = 10;  // narrower gaps are not reported as holes

double MedianStep(const std::vector<double>& steps) {
  std::vector<double> moving;
  for (const double step : steps)
    if (step > ToRadians(kLeastStepDeg)) moving.push_back(step);
  return Median(moving);
}

// Keeps the longest run of frames between two holes.
void KeepLongestPiece(const std::vector<RingFrame>& frames, double hole, std::vector<bool>& member) {
  const std::vector<int> order = ByAzimuth(frames, member);
  const std::vector<double> steps = CircularSteps(frames, order);
  const std::size_t count = order.size();
  const auto is_hole = [&](std::size_t k) { return steps[k % count] > hole; };
  std::size_t first = 0;
  while (first < count && !is_hole(first)) ++first;
  if (first == count) return;
  std::size_t best_begin = 0;
  std::size_t best_size = 0;
  double best_arc = -1;
  for (std::size_t k = first + 1; k <= first + count;) {
    std::size_t end = k;
    double arc = 0;
    while (!is_hole(end)) arc += steps[end++ % count];
    if (arc > best_arc) {
      best_arc = arc;
      best_begin = k;
      best_size = end - k + 1;
    }
    k = end + 1;
  }
  std::fill(member.begin(), member.end(), false);
  for (std::size_t k = 0; k < best_size; ++k) member[order[(best_begin + k) % count]] = true;
}

// Members that views may be made of; all of them where those are too few for a ring.
std::vector<bool> UsableOf(const std::vector<RingFrame>& frames, std::vector<bool> member) {
  constexpr std::size_t kFewest = 2;
  std::vector<bool> usable = member;
  for (std::size_t i = 0; i < frames.size(); ++i) usable[i] = member[i] && frames[i].usable;
  const auto count = static_cast<std::size_t>(std::count(usable.begin(), usable.end(), true));
  return count < kFewest ? std::move(member) : std::move(usable);
}

// Frames that no view is made of belong to the ring where it passes them.
void AddUnusable(const std::vector<RingFrame>& frames, const std::vector<bool>& member, Ring& ring) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool passed = ring.closed || WrapPositive(frames[i].azimuth - ring.start) <= ring.arc;
    if (member[i] && !frames[i].usable && passed) ring.on_ring[i] = true;
  }
}

}  // namespace

std::vector<int> ByAzimuth(const std::vector<RingFrame>& frames, const std::vector<bool>& member) {
  std::vector<int> order;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (member[i]) order.push_back(static_cast<int>(i));
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const double x = WrapPositive(frames[a].azimuth);
    const double y = WrapPositive(frames[b].azimuth);
    return x != y ? x < y : a < b;
  });
  return order;
}

std::vector<double> CircularSteps(const std::vector<RingFrame>& frames, const std::vector<int>& order) {
  std::vector<double> steps;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const bool last = k + 1 == order.size();
    const double from = WrapPositive(frames[order[k]].azimuth);
    const double to = WrapPositive(frames[order[last ? 0 : k + 1]].azimuth) + (last ? 2 * kPi : 0);
    steps.push_back(to - from);
  }
  return steps;
}

Ring RingOf(const std::vector<RingFrame>& frames,
            const std::vector<bool>& member,
            const OrbitOptions& options) {
  Ring ring{.on_ring = UsableOf(frames, member)};
  double median_step = MedianStep(CircularSteps(frames, ByAzimuth(frames, ring.on_ring)));
  KeepLongestPiece(frames, std::max(ToRadians(options.max_hole_deg), kUnevenSteps * median_step),
                   ring.on_ring);

  const std::vector<int> order = ByAzimuth(frames, ring.on_ring);
  const std::vector<double> steps = CircularSteps(frames, order);
  median_step = MedianStep(steps);
  const std::size_t widest = std::max_element(steps.begin(), steps.end()) - steps.begin();
  ring.closed = order.size() >= kLeastClosedFrames &&
                steps[widest] <= std::max(kUnevenSteps * median_step, ToRadians(options.closed_gap_deg)) &&
                steps[widest] <= ToRadians(kWidestClosedGapDeg);
  ring.arc = ring.closed ? 2 * kPi : 2 * kPi - steps[widest];
  ring.start = WrapPositive(frames[order[(widest + 1) % order.size()]].azimuth);
  const double thin = std::max(ToRadians(kThinDeg), kUnevenSteps * median_step);
  for (std::size_t k = 0; k < steps.size(); ++k) {
    if (steps[k] <= thin || (!ring.closed && k == widest)) continue;
    const double from = WrapPositive(frames[order[k]].azimuth);
    ring.holes.push_back({.from_azimuth = from, .to_azimuth = WrapPositive(from + steps[k])});
  }
  AddUnusable(frames, member, ring);
  return ring;
}

}  // namespace rv::orbit
