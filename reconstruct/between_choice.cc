#include "reconstruct/between_choice.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/statistics.h"
#include "reconstruct/between/neighbors_in_time.h"
#include "reconstruct/spin/source_choice.h"
#include "reconstruct/spin/virtual_path.h"

namespace rv {
namespace {

constexpr double kClearlyNearer = 0.3 * kPi / 180;
constexpr double kAsSharp = 0.9;               // at least, as the frame in whose stead it is shown
constexpr double kBlurCost = 3.6 * kPi / 180;  // for each factor e of sharpness, as in the choice of sources

// A frame of the clip as a source of views: where it stands, and what its blur costs.
struct Standing {
  int number = 0;
  Eigen::Vector3d direction;  // from the orbit's center, unit
  double sharpness = 0;       // 0: not known
  double blur_cost = 0;       // radians
};

double BlurCost(double sharpness, double usual) {
  if (usual <= 0) return 0;
  return kBlurCost * std::max(0.0, -std::log(std::max(sharpness / usual, 0.05)));
}

Eigen::Vector3d DirectionFrom(const Orbit& orbit, const Rigid3& cam_from_world) {
  return (cam_from_world.Origin() - orbit.center).normalized();
}

// The frames of the ring that views may be drawn from, and the candidates between them.
struct Standings {
  std::vector<Standing> ring, between;
};

Standings WhereTheyStand(const Sweep& sweep,
                         const Reconstruction& reconstruction,
                         const Orbit& orbit,
                         const std::vector<ClipCandidate>& candidates) {
  std::map<int, double> sharpness;
  for (const ClipCandidate& candidate : candidates) sharpness[candidate.number] = candidate.sharpness;
  std::vector<double> of_ring;
  std::set<std::uint32_t> on_ring;
  for (const OrbitFrame& frame : orbit.frames) {
    if (!frame.on_ring) continue;
    on_ring.insert(frame.frame.value);
    const auto known = sharpness.find(sweep.frames[frame.frame.value].source_index);
    if (known != sharpness.end()) of_ring.push_back(known->second);
  }
  const double usual = of_ring.empty() ? 0 : Median(of_ring);
  Standings out;
  for (const int index : spin::SpinSources(sweep, orbit)) {
    const std::uint32_t frame = orbit.frames[static_cast<std::size_t>(index)].frame.value;
    const int number = sweep.frames[frame].source_index;
    const auto known = sharpness.find(number);
    out.ring.push_back({.number = number,
                        .direction = DirectionFrom(orbit, reconstruction.frames[frame].cam_from_world),
                        .sharpness = known == sharpness.end() ? 0 : known->second,
                        .blur_cost = known == sharpness.end() ? 0 : BlurCost(known->second, usual)});
  }
  for (const ClipCandidate& candidate : candidates) {
    const auto between = between::FindNeighbors(sweep, reconstruction, candidate.number);
    if (!between || !on_ring.contains(between->before) || !on_ring.contains(between->after)) continue;
    out.between.push_back(
        {.number = candidate.number,
         .direction = DirectionFrom(orbit, between::PoseBetween(sweep, reconstruction, *between,
                                                                candidate.number, candidate.time_s)),
         .sharpness = candidate.sharpness,
         .blur_cost = BlurCost(candidate.sharpness, usual)});
  }
  return out;
}

// The cheapest for a stop seen from this direction, of those at least so sharp; nullptr without any.
const Standing* Cheapest(const std::vector<Standing>& all,
                         const Eigen::Vector3d& from,
                         double least_sharpness,
                         double& cost) {
  const Standing* best = nullptr;
  cost = std::numeric_limits<double>::infinity();
  for (const Standing& one : all) {
    const double own = std::acos(std::clamp(from.dot(one.direction), -1.0, 1.0)) + one.blur_cost;
    if (own >= cost || one.sharpness < least_sharpness) continue;
    cost = own;
    best = &one;
  }
  return best;
}

}  // namespace

std::vector<int> ChooseFramesBetween(const Sweep& sweep,
                                     const Reconstruction& reconstruction,
                                     const Orbit& orbit,
                                     const std::vector<ClipCandidate>& candidates,
                                     const SpinOptions& options) {
  const std::vector<int> ring = spin::SpinSources(sweep, orbit);
  if (ring.size() < 2) return {};
  const spin::VirtualPath path = spin::PlanVirtualPath(reconstruction, orbit, ring, options);
  const Standings standings = WhereTheyStand(sweep, reconstruction, orbit, candidates);
  std::set<int> chosen;
  for (const spin::VirtualStop& stop : path.stops) {
    const Eigen::Vector3d from = DirectionFrom(orbit, stop.cam_from_world);
    double today = 0, then = 0;
    const Standing* now = Cheapest(standings.ring, from, 0, today);
    const Standing* best = Cheapest(standings.between, from, kAsSharp * now->sharpness, then);
    if (best != nullptr && then < today - kClearlyNearer) chosen.insert(best->number);
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace rv
