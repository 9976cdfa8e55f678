#include "reconstruct/stabilized/picks.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rv::stabilized {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr int kFewestViews = 24;
constexpr double kReturnMarginFrames = 0.34;  // a frame this near to the return shows the first view again
constexpr double kBlurFactor = 3;             // frames below the median sharpness / this are left out
// Numbers of views that are tried, as factors of the wanted number, and what a departure from it costs.
constexpr double kLeastCountFactor = 0.7;
constexpr double kMostCountFactor = 1.5;
constexpr double kCountCost = 0.15;     // unevenness for each factor e
constexpr double kLeastTurnRad = 1e-3;  // smaller turns give no angles

struct Candidate {
  int frame = 0;
  double angle = 0;  // along the capture, from the first frame of the pass
};

struct Choice {
  std::vector<int> slots;  // into the candidates
  double unevenness = 1e9;
};

// Frames of the pass up to the end of the first full turn, with the accumulated turn, or with their number.
std::vector<Candidate> FramesInTurn(const SweepMotion& motion, bool by_number) {
  std::vector<Candidate> frames;
  double angle = 0;
  for (int i = motion.pass.first; i <= motion.pass.last; ++i) {
    if (i > motion.pass.first) angle += by_number ? 1 : motion.step[i - 1];
    if (motion.loop && i > motion.loop->frame - kReturnMarginFrames) break;
    frames.push_back({.frame = i, .angle = angle});
  }
  return frames;
}

std::vector<Candidate> Usable(const Sweep& sweep, const std::vector<Candidate>& all) {
  std::vector<double> sharpness;
  for (const Candidate& c : all) sharpness.push_back(sweep.frames[c.frame].sharpness);
  std::nth_element(sharpness.begin(), sharpness.begin() + sharpness.size() / 2, sharpness.end());
  const double least = sharpness[sharpness.size() / 2] / kBlurFactor;
  std::vector<Candidate> usable;
  for (const Candidate& c : all) {
    const SweepFrame& frame = sweep.frames[c.frame];
    if (frame.for_spin && frame.sharpness >= least) usable.push_back(c);
  }
  return usable.size() >= 2 ? usable : all;
}

// The candidates nearest to `count` even angles, each used once and in order.
Choice ChooseEvenly(const std::vector<Candidate>& candidates, int count, double arc, bool closed) {
  const int have = static_cast<int>(candidates.size());
  const double even = closed ? arc / count : arc / std::max(1, count - 1);
  Choice choice;
  int next = 0;
  for (int k = 0; k < count; ++k) {
    const double wanted = candidates.front().angle + k * even;
    const int last = have - (count - k);  // leaves enough for the remaining views
    while (next < last &&
           std::abs(candidates[next + 1].angle - wanted) <= std::abs(candidates[next].angle - wanted))
      ++next;
    choice.slots.push_back(next++);
  }
  double sum = 0;
  const int steps = closed ? count : count - 1;
  for (int k = 0; k < steps; ++k) {
    const double from = candidates[choice.slots[k]].angle;
    const double to =
        k + 1 < count ? candidates[choice.slots[k + 1]].angle : candidates[choice.slots[0]].angle + arc;
    const double off = (to - from) / std::max(1e-9, even) - 1;
    sum += off * off;
  }
  choice.unevenness = std::sqrt(sum / std::max(1, steps));
  return choice;
}

// Of the numbers of views near `wanted`, the one whose picks are most even.
Choice ChooseCount(const std::vector<Candidate>& candidates, int wanted, double arc, bool closed) {
  const int have = static_cast<int>(candidates.size());
  const int low = std::min(have, std::max(kFewestViews, static_cast<int>(kLeastCountFactor * wanted)));
  const int high = std::min(have, std::max(kFewestViews, static_cast<int>(kMostCountFactor * wanted)));
  Choice best;
  double best_cost = 1e18;
  for (int count = low; count <= high; ++count) {
    Choice choice = ChooseEvenly(candidates, count, arc, closed);
    const double cost =
        choice.unevenness + kCountCost * std::abs(std::log(static_cast<double>(count) / wanted));
    if (cost < best_cost) {
      best_cost = cost;
      best = std::move(choice);
    }
  }
  return best;
}

}  // namespace

PickedFrames PickFrames(const Sweep& sweep, const SweepMotion& motion, const StabilizedSpinOptions& options) {
  const bool turning = motion.kind == CaptureMotion::kTurntable || motion.kind == CaptureMotion::kWalkRound;
  const bool assumed = motion.loop && motion.loop->assumed;
  PickedFrames picks{.closed = motion.loop.has_value(),
                     .angles_known = turning && !assumed &&
                                     motion.flow_trust > rv::motion::kUsableFlowTrust &&
                                     motion.turn_rad > kLeastTurnRad};
  const std::vector<Candidate> all = FramesInTurn(motion, !picks.angles_known);
  const std::vector<Candidate> candidates = Usable(sweep, all);
  picks.arc_rad = picks.closed ? kTurn : std::min(motion.turn_rad, kTurn);
  const double span = picks.closed && picks.angles_known ? kTurn
                      : picks.closed                     ? all.back().angle + 1
                                                         : candidates.back().angle - candidates.front().angle;
  const int have = static_cast<int>(candidates.size());
  const double by_spacing = picks.arc_rad / (options.spacing_deg * std::numbers::pi / 180);
  const int wanted = std::min(have, std::max(kFewestViews, static_cast<int>(std::lround(by_spacing))));
  const Choice choice = options.views > 0
                            ? ChooseEvenly(candidates, std::min(options.views, have), span, picks.closed)
                            : ChooseCount(candidates, wanted, span, picks.closed);
  for (int slot : choice.slots) picks.frames.push_back(candidates[slot].frame);
  picks.unevenness = choice.unevenness;
  double total = 0;
  for (int i = motion.run.first; i < motion.run.last; ++i) total += motion.step[i];
  picks.loops = total / kTurn;
  return picks;
}

}  // namespace rv::stabilized
