#include "reconstruct/orbit/orbit_ring.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

constexpr double kSteep = 65 * kPi / 180;   // of elevation; above this the azimuth is unreliable
constexpr double kLeastStepDeg = 0.2;       // smaller steps of azimuth are a standstill
constexpr double kUnevenSteps = 2.5;        // median steps: a wider gap is more than uneven spacing
constexpr double kWidestClosedGapDeg = 60;  // a ring with a wider gap is open
constexpr std::size_t kLeastClosedFrames = 6;
constexpr double kThinDeg = 10;                // narrower gaps are not reported as holes
constexpr double kNearlyFullTurn = 1.9 * kPi;  // counts as a full turn at the end of the capture
constexpr std::size_t kLeastTurnFrames = 3;
// Photos in no order: at least this many, and more than this share of the steps wider than this.
constexpr std::size_t kLeastUnorderedFrames = 10;
constexpr double kUnorderedStepDeg = 60;
constexpr double kUnorderedStepShare = 0.25;
// A second pass: within this azimuth of another frame, at more than this difference of elevation.
constexpr double kBesideDeg = 15;
constexpr double kOtherHeightDeg = 12;
// Terms of the cost of a turn, in degrees of elevation.
constexpr double kSpreadTail = 0.05;  // quantile cut off at each end of elevations and radii
constexpr double kRaisedDeg = 25;     // median elevation above which a turn costs a little
constexpr double kRaisedCost = 0.2;   // for each degree above kRaisedDeg
constexpr double kHighDeg = 50;       // above this each degree costs one
constexpr double kZoomCost = 20;      // for each factor e between near and far cameras
constexpr double kBlurCost = 20;      // for a turn without a usable frame
constexpr double kFreeGapDeg = 10;    // a wider gap costs its excess
// Score of a band of elevation, degrees of arc.
constexpr double kBandHalfHeightDeg = 12;
constexpr double kSharpFrameScore = 0.5;
constexpr double kSteepBandCost = 120;

// Extent of the unwrapped azimuths of frames [begin, end).
double AzimuthRange(const std::vector<RingFrame>& frames, std::size_t begin, std::size_t end) {
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (std::size_t i = begin; i < end; ++i) {
    low = std::min(low, frames[i].unwrapped);
    high = std::max(high, frames[i].unwrapped);
  }
  return end > begin ? high - low : 0;
}

// Indices of the members, sorted by azimuth.
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

// steps[k] leads from order[k] counter-clockwise to order[k + 1], the last one back to the first; the sum is
// 2 pi.
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

double MedianStep(const std::vector<double>& steps) {
  std::vector<double> moving;
  for (const double step : steps)
    if (step > ToRadians(kLeastStepDeg)) moving.push_back(step);
  return Median(moving);
}

// How uneven the turn of frames [begin, end) is; smaller is better.
double TurnCost(const std::vector<RingFrame>& frames, std::size_t begin, std::size_t end) {
  std::vector<double> elevations;
  std::vector<double> radii;
  double blur = 0;
  for (std::size_t i = begin; i < end; ++i) {
    elevations.push_back(ToDegrees(frames[i].elevation));
    radii.push_back(frames[i].radius);
    blur += frames[i].usable ? std::max(0.0, 1 - frames[i].sharpness) : 1.0;
  }
  std::vector<bool> member(frames.size(), false);
  std::fill(member.begin() + begin, member.begin() + end, true);
  const std::vector<double> steps = CircularSteps(frames, ByAzimuth(frames, member));
  const double gap = ToDegrees(*std::max_element(steps.begin(), steps.end()));
  const double spread = Quantile(elevations, 1 - kSpreadTail) - Quantile(elevations, kSpreadTail);
  // A turn from above shows less of the sides.
  const double median = Median(elevations);
  const double steep = kRaisedCost * std::max(0.0, median - kRaisedDeg) + std::max(0.0, median - kHighDeg);
  const double zoom =
      std::log(Quantile(radii, 1 - kSpreadTail) / std::max(Quantile(radii, kSpreadTail), 1e-12));
  return spread + steep + kZoomCost * zoom + kBlurCost * blur / (end - begin) +
         std::max(0.0, gap - kFreeGapDeg);
}

// The most even contiguous turn; all frames when there is no full turn.
std::vector<bool> BestTurn(const std::vector<RingFrame>& frames) {
  const std::size_t count = frames.size();
  std::vector<bool> best(count, true);
  if (AzimuthRange(frames, 0, count) <= 2 * kPi) return best;
  double best_cost = std::numeric_limits<double>::max();
  for (std::size_t begin = 0; begin + 1 < count; ++begin) {
    std::size_t end = begin + 1;
    while (end < count && AzimuthRange(frames, begin, end + 1) < 2 * kPi) ++end;
    const bool full = end < count || AzimuthRange(frames, begin, end) > kNearlyFullTurn;
    if (!full || end - begin < kLeastTurnFrames) continue;
    const double cost = TurnCost(frames, begin, end);
    if (cost < best_cost - 1e-9) {
      best_cost = cost;
      std::fill(best.begin(), best.end(), false);
      std::fill(best.begin() + begin, best.begin() + end, true);
    }
  }
  return best;
}

// Whether the frames come in no order: many neighbors in capture order are far apart.
bool Unordered(const std::vector<RingFrame>& frames) {
  if (frames.size() < kLeastUnorderedFrames) return false;
  std::size_t jumps = 0;
  std::size_t turns = 0;
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    if (std::min(frames[i].elevation, frames[i + 1].elevation) > kSteep) continue;
    ++turns;
    jumps += std::abs(frames[i + 1].unwrapped - frames[i].unwrapped) > ToRadians(kUnorderedStepDeg);
  }
  return turns > 0 && jumps > kUnorderedStepShare * turns;
}

void DropOffElevation(const std::vector<RingFrame>& frames,
                      const OrbitOptions& options,
                      std::vector<bool>& member) {
  std::vector<double> elevations;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (member[i]) elevations.push_back(frames[i].elevation);
  const double median = Median(elevations);
  const double band = ToRadians(options.elevation_band_deg);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool steep = frames[i].elevation > kSteep && median < kSteep;
    if (member[i] && (steep || std::abs(frames[i].elevation - median) > band)) member[i] = false;
  }
}

// Runs of consecutive members, sorted by the azimuth that they cover, widest first.
std::vector<std::pair<std::size_t, std::size_t>> RunsByTurning(const std::vector<RingFrame>& frames,
                                                               const std::vector<bool>& member) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!member[i]) continue;
    if (!runs.empty() && runs.back().second == i) {
      runs.back().second = i + 1;
    } else {
      runs.emplace_back(i, i + 1);
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [&](const auto& a, const auto& b) {
    return AzimuthRange(frames, a.first, a.second) > AzimuthRange(frames, b.first, b.second) + 1e-12;
  });
  return runs;
}

// Drops a second pass at another height over (or beside) what a longer run shows: with it the camera would
// jump up and down.
void DropOtherHeights(const std::vector<RingFrame>& frames, std::vector<bool>& member) {
  const double beside = ToRadians(kBesideDeg);
  const double height = ToRadians(kOtherHeightDeg);
  std::vector<int> kept;
  for (const auto& [begin, end] : RunsByTurning(frames, member)) {
    std::vector<int> added;
    for (std::size_t i = begin; i < end; ++i) {
      double nearest = beside;
      double step = 0;
      for (const int k : kept) {
        const double away = std::abs(WrapSigned(frames[k].azimuth - frames[i].azimuth));
        if (away >= nearest) continue;
        nearest = away;
        step = std::abs(frames[k].elevation - frames[i].elevation);
      }
      member[i] = step <= height;
      if (member[i]) added.push_back(static_cast<int>(i));
    }
    kept.insert(kept.end(), added.begin(), added.end());
  }
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

// The longest piece of these members between holes. What it covers is what usable frames show.
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

// For photos in no order: the band of elevation whose ring covers the widest arc; each sharp frame counts as
// half a degree.
Ring BestBand(const std::vector<RingFrame>& frames, const OrbitOptions& options) {
  const double half_band = ToRadians(kBandHalfHeightDeg);
  Ring best;
  double best_score = -std::numeric_limits<double>::max();
  for (const RingFrame& middle : frames) {
    std::vector<bool> member(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i)
      member[i] = std::abs(frames[i].elevation - middle.elevation) <= half_band;
    DropOffElevation(frames, options, member);
    Ring ring = RingOf(frames, member, options);
    double sharp = 0;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (ring.on_ring[i]) sharp += std::min(frames[i].sharpness, 1.0);
    const double steep = middle.elevation > kSteep ? kSteepBandCost : 0;
    const double score = ToDegrees(ring.arc) + kSharpFrameScore * sharp - steep;
    if (score > best_score) {
      best_score = score;
      best = std::move(ring);
    }
  }
  return best;
}

}  // namespace

void Unwrap(std::vector<RingFrame>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i)
    frames[i].unwrapped =
        i == 0 ? frames[i].azimuth
               : frames[i - 1].unwrapped + WrapSigned(frames[i].azimuth - frames[i - 1].azimuth);
}

Ring ChooseRing(const std::vector<RingFrame>& frames, const OrbitOptions& options) {
  if (Unordered(frames)) return BestBand(frames, options);
  std::vector<bool> member = BestTurn(frames);
  DropOffElevation(frames, options, member);
  DropOtherHeights(frames, member);
  return RingOf(frames, member, options);
}

}  // namespace rv::orbit
