#include "convert/posed.h"

#include <algorithm>
#include <numbers>

namespace rv::convert {
namespace {

// A rung with poses is taken at once when this share of the frames is posed and this share of the spin's
// frames stands on the ring it would show (or the ring is closed); else it has to show more than the rungs
// below.
constexpr double kPosedShare = 0.6;
constexpr double kRingShare = 0.5;
// Before a still camera few turn an item so little: poses of less rest on what is left of the background,
// until the rungs below say otherwise.
constexpr double kSmallTurntableArcDeg = 45;

}  // namespace

bool StepsDown(const Error& error) { return error.code == ErrorCode::kInsufficientData; }

Result<Posed> WithOrbit(const Sweep& sweep, Result<ReconstructResult> result, const ConvertOptions& options) {
  if (!result) return Forward(result);
  Result<Orbit> orbit = EstimateOrbit(result->reconstruction, sweep, options.orbit);
  if (!orbit) return Forward(orbit);
  return Posed{std::move(*result), std::move(*orbit)};
}

double ArcDegrees(const Orbit& orbit) { return orbit.arc * 180 / std::numbers::pi; }

bool Convinces(const Sweep& sweep, const Posed& posed) {
  const auto frames = static_cast<double>(sweep.frames.size());
  if (posed.result.reconstruction.stats.posed_frames < kPosedShare * frames) return false;
  const bool turntable = posed.result.reconstruction.turntable;
  if (ArcDegrees(posed.orbit) < (turntable ? kSmallTurntableArcDeg : kSmallArcDeg)) return false;
  if (posed.result.folded || LooksFolded(posed.orbit)) return false;
  if (posed.orbit.closed) return true;
  const auto wanted = std::count_if(sweep.frames.begin(), sweep.frames.end(),
                                    [](const SweepFrame& frame) { return frame.for_spin; });
  const auto on_ring = std::count_if(posed.orbit.frames.begin(), posed.orbit.frames.end(),
                                     [](const OrbitFrame& frame) { return frame.on_ring; });
  return static_cast<double>(on_ring) >= kRingShare * static_cast<double>(wanted);
}

bool HasGivenPoses(const Sweep& sweep) {
  return std::any_of(sweep.frames.begin(), sweep.frames.end(),
                     [](const SweepFrame& frame) { return frame.pose_prior.has_value(); });
}

}  // namespace rv::convert
