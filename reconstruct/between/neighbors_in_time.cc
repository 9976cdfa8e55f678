#include "reconstruct/between/neighbors_in_time.h"

#include <algorithm>

#include "base/statistics.h"

namespace rv::between {
namespace {

constexpr double kMostTurn = 15 * kPi / 180;

bool IsCutBetween(const Sweep& sweep, int before, int after) {
  return std::any_of(sweep.cuts.begin(), sweep.cuts.end(),
                     [&](const SceneCut& cut) { return cut.first > before && cut.first <= after; });
}

}  // namespace

std::optional<Neighbors> FindNeighbors(const Sweep& sweep, const Reconstruction& reconstruction, int number) {
  const auto after =
      std::lower_bound(sweep.frames.begin(), sweep.frames.end(), number,
                       [](const SweepFrame& frame, int value) { return frame.source_index < value; });
  if (after == sweep.frames.end() || after == sweep.frames.begin() || after->source_index == number)
    return std::nullopt;
  const auto index = static_cast<std::uint32_t>(after - sweep.frames.begin());
  const Neighbors out{.before = index - 1, .after = index};
  const PosedFrame& a = reconstruction.frames[out.before];
  const PosedFrame& b = reconstruction.frames[out.after];
  if (!a.posed || !b.posed || a.camera != b.camera || a.width != b.width || a.height != b.height ||
      IsCutBetween(sweep, sweep.frames[out.before].source_index, after->source_index) ||
      TurnBetween(reconstruction, out) > kMostTurn)
    return std::nullopt;
  return out;
}

Rigid3 PoseBetween(const Sweep& sweep,
                   const Reconstruction& reconstruction,
                   const Neighbors& neighbors,
                   int number,
                   double time_s) {
  const SweepFrame& first = sweep.frames[neighbors.before];
  const SweepFrame& last = sweep.frames[neighbors.after];
  // Clips with broken clocks still have numbers.
  const double share =
      last.time_s > first.time_s
          ? std::clamp((time_s - first.time_s) / (last.time_s - first.time_s), 0.0, 1.0)
          : static_cast<double>(number - first.source_index) / (last.source_index - first.source_index);
  const Rigid3& a = reconstruction.frames[neighbors.before].cam_from_world;
  const Rigid3& b = reconstruction.frames[neighbors.after].cam_from_world;
  Rigid3 out{.rotation = a.rotation.slerp(share, b.rotation)};
  out.translation = -(out.rotation * ((1 - share) * a.Origin() + share * b.Origin()));
  return out;
}

double TurnBetween(const Reconstruction& reconstruction, const Neighbors& neighbors) {
  return reconstruction.frames[neighbors.before].cam_from_world.rotation.angularDistance(
      reconstruction.frames[neighbors.after].cam_from_world.rotation);
}

}  // namespace rv::between
