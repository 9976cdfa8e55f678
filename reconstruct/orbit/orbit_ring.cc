#include "reconstruct/orbit/orbit_ring.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/statistics.h"
#include "reconstruct/orbit/ring_cover.h"

namespace rv::orbit {
namespace {

constexpr double kSteep = 65 * kPi / 180;      // of elevation; above this the azimuth is unreliable
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
// Heights that a ring may be limited to, and what it is worth: all of it up to the first, little from the second.
constexpr std::array<double, 4> kHighestDeg{90, 65, 50, 35};
constexpr double kSideDeg = 40, kTopDeg = 75, kTopWorth = 0.15;
constexpr double kClearlyWorthMore = 1.05;
constexpr double kCloseDeg = 12, kCloseSteps = 2.5;  // from frame to frame; the latter in median steps
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

// Between the tails.
double SpreadOf(const std::vector<double>& values) {
  return Quantile(values, 1 - kSpreadTail) - Quantile(values, kSpreadTail);
}

// How uneven the turn of frames [begin, end) is; smaller is better.
double TurnCost(const std::vector<RingFrame>& frames, std::size_t begin, std::size_t end) {
  std::vector<double> elevations;
  std::vector<double> log_radii;
  double blur = 0;
  for (std::size_t i = begin; i < end; ++i) {
    elevations.push_back(ToDegrees(frames[i].elevation));
    log_radii.push_back(std::log(std::max(frames[i].radius, 1e-12)));
    blur += frames[i].usable ? std::max(0.0, 1 - frames[i].sharpness) : 1.0;
  }
  std::vector<bool> member(frames.size(), false);
  std::fill(member.begin() + begin, member.begin() + end, true);
  const std::vector<double> steps = CircularSteps(frames, ByAzimuth(frames, member));
  const double gap = ToDegrees(*std::max_element(steps.begin(), steps.end()));
  const double spread = SpreadOf(elevations);
  // A turn from above shows less of the sides.
  const double median = Median(std::move(elevations));
  const double steep = kRaisedCost * std::max(0.0, median - kRaisedDeg) + std::max(0.0, median - kHighDeg);
  return spread + steep + kZoomCost * SpreadOf(log_radii) + kBlurCost * blur / (end - begin) +
         std::max(0.0, gap - kFreeGapDeg);
}

// The most even contiguous turn; all frames when there is no full turn.
std::vector<bool> BestTurn(const std::vector<RingFrame>& frames) {
  const std::size_t count = frames.size();
  if (AzimuthRange(frames, 0, count) <= 2 * kPi) return std::vector<bool>(count, true);
  std::size_t best_begin = 0, best_end = count;
  double best_cost = std::numeric_limits<double>::max();
  for (std::size_t begin = 0; begin + 1 < count; ++begin) {
    std::size_t end = begin + 1;
    while (end < count && AzimuthRange(frames, begin, end + 1) < 2 * kPi) ++end;
    const bool full = end < count || AzimuthRange(frames, begin, end) > kNearlyFullTurn;
    if (!full || end - begin < kLeastTurnFrames) continue;
    const double cost = TurnCost(frames, begin, end);
    if (cost < best_cost - 1e-9) {
      best_cost = cost;
      best_begin = begin;
      best_end = end;
    }
  }
  std::vector<bool> member(count);
  for (std::size_t i = best_begin; i < best_end; ++i) member[i] = true;
  return member;
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
  // One of them, so that it stays itself; of two equal halves the lower.
  const auto middle = elevations.begin() + static_cast<std::ptrdiff_t>((elevations.size() - 1) / 2);
  std::nth_element(elevations.begin(), middle, elevations.end());
  const double median = *middle;
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

// Frames no higher than this.
std::vector<int> LowerThan(const std::vector<RingFrame>& frames, double highest_deg) {
  std::vector<int> lower;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (ToDegrees(frames[i].elevation) <= highest_deg) lower.push_back(static_cast<int>(i));
  return lower;
}

// The ring of some of the frames, in capture order.
Ring OrderedRing(const std::vector<RingFrame>& frames,
                 const std::vector<int>& some,
                 const OrbitOptions& options) {
  std::vector<RingFrame> few;
  for (const int i : some) few.push_back(frames[i]);
  std::vector<bool> member = BestTurn(few);
  DropOffElevation(few, options, member);
  DropOtherHeights(few, member);
  Ring ring = RingOf(few, member, options);
  std::vector<bool> on_ring(frames.size(), false);
  for (std::size_t k = 0; k < some.size(); ++k) on_ring[some[k]] = ring.on_ring[k];
  ring.on_ring = std::move(on_ring);
  return ring;
}

// Degrees of the turn between frames that stand close together; between others views bend.
double WellCovered(const std::vector<RingFrame>& frames, const Ring& ring) {
  const std::vector<double> steps = CircularSteps(frames, ByAzimuth(frames, ring.on_ring));
  const double close = std::max(ToRadians(kCloseDeg), kCloseSteps * Median(steps));
  double sum = 0;
  for (const double step : steps) sum += step <= close ? ToDegrees(step) : 0;
  return sum;
}

// For less the higher the ring is seen from: a buyer wants the sides before the top.
double Worth(const std::vector<RingFrame>& frames, const Ring& ring) {
  std::vector<double> elevations;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (ring.on_ring[i]) elevations.push_back(ToDegrees(frames[i].elevation));
  const double above = (Median(std::move(elevations)) - kSideDeg) / (kTopDeg - kSideDeg);
  return WellCovered(frames, ring) * (1 - (1 - kTopWorth) * std::clamp(above, 0.0, 1.0));
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
  Ring best;
  double best_score = -1;
  std::size_t tried = 0;
  for (const double highest_deg : kHighestDeg) {
    const std::vector<int> lower = LowerThan(frames, highest_deg);
    if (lower.size() == tried || lower.size() < kLeastTurnFrames) continue;
    tried = lower.size();
    Ring ring = OrderedRing(frames, lower, options);
    const double score = Worth(frames, ring);
    if (score <= kClearlyWorthMore * best_score) continue;
    best_score = score;
    best = std::move(ring);
  }
  return best;
}

}  // namespace rv::orbit
