#include "reconstruct/depth/neighbor_choice.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::depth {
namespace {

constexpr double kAimedDeg[] = {6, 12};  // from the frame, one of each on either side
constexpr double kNearestDeg = 1.5, kFarthestAimedDeg = 32, kLastResortDeg = 50;

struct Candidate {
  std::size_t frame = 0;
  double angle = 0;  // radians
  int side = 0;      // which way round
};

}  // namespace

std::vector<std::size_t> ChooseNeighbors(const std::vector<DepthFrame>& frames,
                                         std::size_t of,
                                         const Eigen::Vector3d& center,
                                         const Eigen::Vector3d& up) {
  const auto direction = [&](std::size_t i) {
    return (frames[i].cam_from_world.Origin() - center).normalized();
  };
  const Eigen::Vector3d from = direction(of);
  std::vector<Candidate> near;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == of) continue;
    const Eigen::Vector3d to = direction(i);
    const double angle = std::acos(std::clamp(from.dot(to), -1.0, 1.0));
    if (angle >= ToRadians(kNearestDeg) && angle <= ToRadians(kLastResortDeg))
      near.push_back({i, angle, from.cross(to).dot(up) > 0 ? 1 : -1});
  }
  std::vector<std::size_t> out;
  const auto pick = [&](double aim, double farthest, int side) {
    const Candidate* best = nullptr;
    double least = 1e9;
    for (const Candidate& candidate : near) {
      if ((side != 0 && candidate.side != side) || candidate.angle > farthest ||
          std::find(out.begin(), out.end(), candidate.frame) != out.end())
        continue;
      const double off = std::abs(std::log(candidate.angle / aim));
      if (off >= least) continue;
      least = off;
      best = &candidate;
    }
    if (best != nullptr) out.push_back(best->frame);
  };
  for (const double aim : kAimedDeg)
    for (const int side : {-1, 1}) pick(ToRadians(aim), ToRadians(kFarthestAimedDeg), side);
  if (out.size() < 2) pick(ToRadians(kAimedDeg[0]), ToRadians(kLastResortDeg), 0);
  return out;
}

}  // namespace rv::depth
