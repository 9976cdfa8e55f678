#include "reconstruct/orbit/up_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

// A hand rolls the phone to and fro by about this much; what all frames share may be more.
constexpr double kRoll = 4 * kPi / 180;
constexpr double kCommonRoll = 6 * kPi / 180;
constexpr double kCommonRollWeight = 1.5;
constexpr double kIndependentFrames = 20;  // more frames say the same again
// The roll of a camera that looks along up says nothing. Where all do, this much of them still counts as an ordinary hand.
constexpr double kTelling = 0.25;
constexpr double kOrdinarySurprise = 0.6;  // of a hand that rolls as usual
// Pictures on their side or upside down: for each that is unlike most, and for most of them at once.
constexpr double kOddOne = 2.5;
constexpr std::array<double, 4> kUsualTurn{0, 3, 4, 3};
// Heights of a walk round an item, in camera distances; they rise and fall slowly, which is few independent ones.
constexpr double kHeights = 0.1;
constexpr double kIndependentHeights = 4;
constexpr double kElevation = 22 * kPi / 180, kElevationSpread = 25 * kPi / 180;
constexpr double kSupportTilt = 3 * kPi / 180;
constexpr double kSupportWeight = 6;

double Surprise(double deviation, double usual) {
  return std::log1p((deviation / usual) * (deviation / usual));
}

struct Roll {
  double angle = 0;   // of the picture against up, radians; 0 upright
  double weight = 0;  // how much of up lies in the picture's plane
};

Roll RollOf(const HeldFrame& frame, const Eigen::Vector3d& up) {
  const double x = frame.right.dot(up), y = frame.picture_up.dot(up);
  return {.angle = std::atan2(x, y), .weight = std::hypot(x, y)};
}

int QuarterTurns(double angle) { return static_cast<int>(std::lround(angle / (kPi / 2)) + 4) % 4; }

int Usual(const std::vector<Roll>& rolls) {
  std::array<double, 4> weights{};
  for (const Roll& roll : rolls) weights[static_cast<std::size_t>(QuarterTurns(roll.angle))] += roll.weight;
  return static_cast<int>(std::max_element(weights.begin(), weights.end()) - weights.begin());
}

std::vector<Roll> RollsOf(const UpEvidence& evidence, const Eigen::Vector3d& up) {
  std::vector<Roll> rolls;
  for (const HeldFrame& frame : evidence.frames) rolls.push_back(RollOf(frame, up));
  return rolls;
}

// Roll beyond whole quarter turns.
double Beyond(double angle) { return std::remainder(angle, kPi / 2); }

double CommonTilt(const std::vector<Roll>& rolls, int usual) {
  constexpr double kCounts = 0.3;  // looks less steeply than about 70 degrees
  std::vector<double> tilts;
  for (const Roll& roll : rolls)
    if (roll.weight > kCounts) tilts.push_back(WrapSigned(roll.angle - usual * kPi / 2));
  return Median(std::move(tilts));
}

// Of one frame, by what the rolls that tell say on average: looking steeply is neither punished nor a way out.
double MeanRollCost(const std::vector<Roll>& rolls, int usual, double tilt) {
  double sum = 0, weights = 0;
  for (const Roll& roll : rolls) {
    // `tilt` is taken off before a roll is rounded to quarters: a phone held at 50 degrees lies on no side.
    const bool odd = QuarterTurns(roll.angle - tilt) != usual;
    sum += roll.weight * (Surprise(Beyond(roll.angle - tilt), kRoll) + (odd ? kOddOne : 0));
    weights += roll.weight;
  }
  const double missing = std::max(0.0, kTelling * static_cast<double>(rolls.size()) - weights);
  return (sum + missing * kOrdinarySurprise) / (weights + missing);
}

double HoldingCost(const std::vector<Roll>& rolls) {
  const int usual = Usual(rolls);
  const double tilt = CommonTilt(rolls, usual);
  const double independent = std::min(kIndependentFrames, static_cast<double>(rolls.size()));
  return independent * MeanRollCost(rolls, usual, tilt) + kUsualTurn[static_cast<std::size_t>(usual)] +
         kCommonRollWeight * Surprise(tilt, kCommonRoll);
}

double ElevationCost(const UpEvidence& evidence, const Eigen::Vector3d& up) {
  std::vector<double> elevations;
  for (const HeldFrame& frame : evidence.frames)
    elevations.push_back(std::asin(std::clamp(-frame.ahead.dot(up), -1.0, 1.0)));
  const double off = (Median(std::move(elevations)) - kElevation) / kElevationSpread;
  return 0.5 * off * off;
}

}  // namespace

Holding HoldingOf(const UpEvidence& evidence, const Eigen::Vector3d& up) {
  const std::vector<Roll> rolls = RollsOf(evidence, up);
  Holding out{.usual = Usual(rolls)};
  out.tilt = CommonTilt(rolls, out.usual);
  constexpr double kTooSteep = 0.4;  // to tell a side
  for (const Roll& roll : rolls)
    out.quarter_turns.push_back(roll.weight < kTooSteep ? out.usual : QuarterTurns(roll.angle - out.tilt));
  return out;
}

double UpCost(const UpEvidence& evidence, const Eigen::Vector3d& up) {
  double cost =
      HoldingCost(RollsOf(evidence, up)) + ElevationCost(evidence, up) +
      kIndependentHeights * Surprise(std::sqrt(std::max(0.0, up.dot(evidence.spread * up))), kHeights);
  if (evidence.support) {
    const double tilt = std::acos(std::clamp(evidence.support->dot(up), -1.0, 1.0));
    cost += kSupportWeight * evidence.support_weight * Surprise(tilt, kSupportTilt);
  }
  return cost;
}

}  // namespace rv::orbit
