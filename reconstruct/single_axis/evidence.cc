#include "reconstruct/single_axis/evidence.h"

#include <algorithm>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::single_axis {
namespace {

constexpr int kFewestFrames = 3;        // that a followed point must be seen in
constexpr int kPointsPerFrame = 3;      // fewer are chance
constexpr double kNearSlack = 0.02;     // camera distances; points on the axis itself count as near
constexpr double kItemRadius = 0.8;     // camera distances: what lies further from the axis is background
constexpr double kStandingShare = 0.1;  // of the mean step: smaller steps have no direction

std::string Percent(double share) { return Text(std::lround(100 * share), " %"); }

// Whether the point is on the camera's side of the axis.
bool IsNear(const SingleAxisModel& model, int frame, const Eigen::Vector3d& position) {
  const double angle = model.angles[frame];
  return std::cos(angle) * position.z() - std::sin(angle) * position.x() > -kNearSlack;
}

void WeighPoints(const SingleAxisModel& model, const sparse::SparseMap& map, Evidence& evidence) {
  int followed = 0, agreeing = 0, near = 0, item = 0;
  for (const sparse::MapPoint& point : map.points) {
    if (point.track.size() < kFewestFrames) continue;
    int used = 0, used_near = 0;
    for (const sparse::MapObservation& seen : point.track) {
      if (!map.frames[seen.frame].posed) continue;
      ++followed;
      if (!point.valid || !seen.inlier) continue;
      ++used;
      used_near += IsNear(model, seen.frame, point.position) ? 1 : 0;
    }
    if (used < kFewestFrames) continue;
    agreeing += used;
    near += used_near;
    ++evidence.points;
    item += Eigen::Vector2d(point.position.x(), point.position.z()).norm() < kItemRadius ? 1 : 0;
  }
  if (followed > 0) evidence.agreeing_share = static_cast<double>(agreeing) / followed;
  if (agreeing > 0) evidence.near_share = static_cast<double>(near) / agreeing;
  if (evidence.points > 0) evidence.item_share = static_cast<double>(item) / evidence.points;
}

void WeighAngles(const SingleAxisModel& model, const sparse::SparseMap& map, Evidence& evidence) {
  std::vector<double> angles;
  for (std::size_t f = 0; f < map.frames.size(); ++f) {
    if (map.frames[f].posed) angles.push_back(model.angles[f]);
  }
  if (angles.size() < 2) return;
  const double total = angles.back() - angles.front();
  const auto [low, high] = std::minmax_element(angles.begin(), angles.end());
  evidence.turn_rad = *high - *low;
  const double standing = kStandingShare * evidence.turn_rad / static_cast<double>(angles.size() - 1);
  std::vector<double> steps;
  int turning = 0, forward = 0;
  double narrowest = evidence.turn_rad;
  for (std::size_t i = 1; i < angles.size(); ++i) {
    const double step = angles[i] - angles[i - 1];
    steps.push_back(std::abs(step));
    if (std::abs(step) < standing) continue;
    ++turning;
    narrowest = std::min(narrowest, std::abs(step));
    forward += step * total > 0 ? 1 : 0;
  }
  evidence.usual_step_rad = Median(steps);
  evidence.widest_step_rad = *std::max_element(steps.begin(), steps.end());
  evidence.narrowest_step_rad = narrowest;
  evidence.forward_share = turning > 0 ? static_cast<double>(forward) / turning : 0;
}

}  // namespace

Evidence Weigh(const SingleAxisModel& model, const sparse::SparseMap& map) {
  Evidence evidence;
  evidence.frames = static_cast<int>(map.frames.size());
  evidence.posed = map.PosedCount();
  WeighPoints(model, map, evidence);
  WeighAngles(model, map, evidence);
  return evidence;
}

std::string WhyNotSingleAxis(const Evidence& e, bool still_camera) {
  constexpr double kAgreeing = 0.5, kPosed = 0.6, kNear = 0.6, kForward = 0.8, kNarrowestTurnDeg = 20;
  constexpr double kItemBeforeStillCamera = 0.9, kItemBeforeMovingCamera = 0.5;
  const double item = still_camera ? kItemBeforeStillCamera : kItemBeforeMovingCamera;
  if (e.posed < kFewestFrames || e.posed < kPosed * e.frames)
    return Text("only ", e.posed, " of ", e.frames, " frames fit one turn about an axis");
  if (e.points < kPointsPerFrame * e.posed)
    return Text("only ", e.points, " points can be followed through three frames");
  if (e.agreeing_share < kAgreeing)
    return "only " + Percent(e.agreeing_share) + " of what is followed moves as one turn about an axis does";
  if (e.turn_rad < ToRadians(kNarrowestTurnDeg))
    return Text("the frames turn by only ", std::lround(ToDegrees(e.turn_rad)), " degrees");
  if (e.item_share < item)
    return "most of what is seen lies far from the axis of the turn, so there is no item in its middle";
  if (still_camera && e.near_share < kNear) return "the item would have to be seen from its far side";
  if (e.forward_share < kForward) return "the angles of the turn jump to and fro";
  // So far apart, frames share few points, and a motif that comes again may be taken for its neighbor.
  constexpr double kWide = 20, kUneven = 1.6;
  if (e.usual_step_rad > ToRadians(kWide)) {
    const bool wide = e.widest_step_rad > kUneven * e.usual_step_rad;
    const double odd = wide ? e.widest_step_rad : e.narrowest_step_rad;
    if (wide || kUneven * e.narrowest_step_rad < e.usual_step_rad)
      return Text("one step of ", std::lround(ToDegrees(odd)), " degrees among steps of ",
                  std::lround(ToDegrees(e.usual_step_rad)), " is doubtful");
  }
  return {};
}

}  // namespace rv::single_axis
