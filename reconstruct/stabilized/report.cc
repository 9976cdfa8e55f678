#include "reconstruct/stabilized/report.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"

namespace rv::stabilized {
namespace {

constexpr double kMoreThanOneTurn = 1.04;  // turns: reported as a second turn
constexpr long kHardlyAnyDeg = 3;
constexpr long kNearlyFullDeg = 345;  // an arc that reads as "of 360 degrees" without being told apart
// Least flow trust at which the subject counts as tracked; with a roughly known outline kUsableFlowTrust
// does.
constexpr double kTrackedFlowTrust = 0.8;

std::string Tenths(double value) {
  const long tenths = std::lround(value * 10);
  return Text(tenths / 10, ".", tenths % 10);
}

double ArcDeg(const PickedFrames& picks) { return picks.arc_rad * 180 / std::numbers::pi; }

double SpacingDeg(const PickedFrames& picks) {
  const int count = static_cast<int>(picks.frames.size());
  return ArcDeg(picks) / std::max(1, picks.closed ? count : count - 1);
}

bool Turning(const SweepMotion& motion) {
  return motion.kind == CaptureMotion::kTurntable || motion.kind == CaptureMotion::kWalkRound;
}

}  // namespace

Tier ChooseStabilizedTier(const SweepMotion& motion, bool stabilize) {
  if (!stabilize) return Tier::kRawFrames;
  if (motion.kind == CaptureMotion::kTurntable && motion.subject_trust > rv::motion::kKnownOutlineTrust)
    return Tier::kStabilized2d;
  const bool tracked =
      motion.flow_trust > kTrackedFlowTrust || (motion.flow_trust > rv::motion::kUsableFlowTrust &&
                                                motion.subject_trust > rv::motion::kRoughOutlineTrust);
  return motion.kind == CaptureMotion::kWalkRound && tracked ? Tier::kStabilized2d : Tier::kRawFrames;
}

std::string StabilizedTierReason(Tier tier, const SweepMotion& motion, bool arc_known) {
  if (tier == Tier::kStabilized2d && arc_known)
    return "the camera did not go round the item, which is held in place by its motion in the picture";
  if (tier == Tier::kStabilized2d) {
    return motion.kind == CaptureMotion::kTurntable
               ? "no camera positions could be found; the item turns before a still background and is held "
                 "in place by its outline"
               : "no camera positions could be found; the item is held in place by its motion in the picture";
  }
  switch (motion.kind) {
    case CaptureMotion::kRotationInPlace:
      return "the camera turned on the spot, so there is no way round the item: frames as filmed";
    case CaptureMotion::kPanAlongPlane:
      return "everything seen lies in one plane: frames as filmed";
    case CaptureMotion::kStill:
      return "nothing moves in the capture: frames as filmed";
    default:
      return "the item cannot be followed from frame to frame: frames as filmed, evenly picked";
  }
}

CoverageReceipt MakeStabilizedReceipt(const SweepMotion& motion, const PickedFrames& picks) {
  CoverageReceipt receipt{.arc_deg = Turning(motion) ? ArcDeg(picks) : 0,
                          .closed = picks.closed,
                          .clockwise_capture = motion.direction < 0,
                          .loops = Turning(motion) ? picks.loops : 0,
                          .spacing_deg = SpacingDeg(picks)};
  receipt.findings = motion.findings;
  if (!Turning(motion)) return receipt;
  const bool proved = motion.loop && !motion.loop->assumed;
  if (!picks.arc_known)
    receipt.findings.push_back(
        proved ? "the angles are nominal: one turn, divided by the apparent motion of the picture"
               : "the angles are nominal: estimated from the apparent motion of the picture");
  if (motion.direction == 0)
    receipt.findings.push_back(
        "the direction of the turn could not be told; the views are in the order of capture");
  if (proved && picks.loops > kMoreThanOneTurn)
    receipt.findings.push_back(Text("the item is shown ", Tenths(picks.loops),
                                    " times round; the first turn, frames ", picks.frames.front() + 1, " to ",
                                    picks.frames.back() + 1, ", is used"));
  if (picks.arc_known) {
    const long arc = std::lround(ArcDeg(picks));
    receipt.findings.push_back(
        arc < kHardlyAnyDeg ? "hardly any of 360 degrees are shown: the camera did not go round the item"
                            : Text("about ", arc, " of 360 degrees are shown, as far as the camera went"));
  } else if (!picks.closed) {
    const long arc = std::lround(ArcDeg(picks));
    receipt.findings.push_back(
        arc >= kNearlyFullDeg
            ? "the picture does not come back to where it began, though about a full turn is shown"
            : Text("the picture does not come back: about ", arc,
                   " of 360 degrees are shown; show one full turn"));
  }
  if (!picks.closed) {
    // The stored views of a clockwise capture begin at minus the arc.
    const double first = motion.direction < 0 ? -ArcDeg(picks) : 0;
    receipt.gaps.push_back({.from_deg = first + ArcDeg(picks), .to_deg = first + 360});
  }
  return receipt;
}

void ClaimAtMost(double arc_deg, PickedFrames& picks) {
  constexpr double kLeastDeg = 1;  // neighboring views keep azimuths of their own
  const double most = std::max(kLeastDeg, arc_deg) * std::numbers::pi / 180;
  if (picks.arc_rad <= most) return;
  picks.arc_rad = most;
  picks.closed = false;
  picks.loops = std::min(picks.loops, most / (2 * std::numbers::pi));
  picks.arc_known = true;
}

double NominalAzimuthDeg(const PickedFrames& picks, bool clockwise, int k, int count) {
  if (picks.closed) return 360.0 * k / count;
  const double spacing = SpacingDeg(picks);
  return clockwise ? spacing * (k - (count - 1)) : spacing * k;
}

}  // namespace rv::stabilized
