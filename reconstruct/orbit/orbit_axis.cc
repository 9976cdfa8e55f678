#include "reconstruct/orbit/orbit_axis.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/statistics.h"
#include "reconstruct/orbit/support_plane.h"
#include "reconstruct/orbit/up_evidence.h"

namespace rv::orbit {
namespace {

UpEvidence EvidenceOf(const Reconstruction& reconstruction,
                      const std::vector<int>& posed,
                      const SubjectEstimate& subject) {
  UpEvidence out;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const int index : posed) {
    const Rigid3& cam_from_world = reconstruction.frames[index].cam_from_world;
    const Eigen::Quaterniond world_from_cam = cam_from_world.rotation.conjugate();
    out.frames.push_back({.origin = cam_from_world.Origin(),
                          .right = world_from_cam * Eigen::Vector3d::UnitX(),
                          .picture_up = world_from_cam * -Eigen::Vector3d::UnitY(),
                          .ahead = world_from_cam * Eigen::Vector3d::UnitZ()});
    mean += out.frames.back().origin / static_cast<double>(posed.size());
  }
  for (const HeldFrame& frame : out.frames)
    out.spread += (frame.origin - mean) * (frame.origin - mean).transpose();
  out.spread /= static_cast<double>(posed.size()) * subject.camera_distance * subject.camera_distance;
  return out;
}

// At most `most` of the frames, evenly: directions are tried on these.
UpEvidence Thinned(const UpEvidence& evidence, std::size_t most) {
  UpEvidence out = evidence;
  if (evidence.frames.size() <= most) return out;
  out.frames.clear();
  for (std::size_t k = 0; k < most; ++k)
    out.frames.push_back(evidence.frames[k * evidence.frames.size() / most]);
  return out;
}

// Ups that a picture alone suggests: held any way round, the camera looking down more or less.
void AddCandidates(const HeldFrame& frame, std::vector<Eigen::Vector3d>& out) {
  for (const Eigen::Vector3d& upward :
       {frame.picture_up, frame.right, Eigen::Vector3d(-frame.picture_up), Eigen::Vector3d(-frame.right)})
    for (const double elevation_deg : {0.0, 20.0, 40.0, 60.0, 80.0}) {
      const double e = ToRadians(elevation_deg);
      out.push_back(std::cos(e) * upward - std::sin(e) * frame.ahead);
    }
}

std::vector<Eigen::Vector3d> Candidates(const UpEvidence& evidence) {
  std::vector<Eigen::Vector3d> out;
  for (const HeldFrame& frame : evidence.frames) AddCandidates(frame, out);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> planes(evidence.spread);
  const Eigen::Vector3d normal = planes.eigenvectors().col(0).normalized();
  out.push_back(normal);
  out.emplace_back(-normal);
  if (evidence.support) out.push_back(*evidence.support);
  return out;
}

Eigen::Vector3d Tilted(const Eigen::Vector3d& up, double x, double y) {
  const Eigen::Vector3d a = up.unitOrthogonal(), b = up.cross(a);
  return (up + std::tan(x) * a + std::tan(y) * b).normalized();
}

// Pattern search on the sphere (Hooke and Jeeves, "Direct search solution of numerical and statistical problems", JACM
// 1961): the cost has kinks where a picture's side changes, and valleys along them: the directions turn with each step.
Eigen::Vector3d Refined(const UpEvidence& evidence, Eigen::Vector3d up) {
  constexpr double kFirstStepDeg = 8, kLastStepDeg = 1e-5, kTurn = 1.2;
  double cost = UpCost(evidence, up), turned = 0;
  for (double step = ToRadians(kFirstStepDeg); step > ToRadians(kLastStepDeg); turned += kTurn) {
    bool moved = false;
    for (int k = 0; k < 8; ++k) {
      const double angle = turned + k * kPi / 4;
      const Eigen::Vector3d there = Tilted(up, step * std::cos(angle), step * std::sin(angle));
      const double other = UpCost(evidence, there);
      if (!(other < cost - 1e-9)) continue;
      cost = other;
      up = there;
      moved = true;
      break;
    }
    if (!moved) step /= 2;
  }
  return up;
}

Eigen::Vector3d Likeliest(const UpEvidence& evidence) {
  constexpr std::size_t kTriedOn = 24, kRefined = 4;
  const UpEvidence few = Thinned(evidence, kTriedOn);
  std::vector<std::pair<double, Eigen::Vector3d>> ranked;
  for (const Eigen::Vector3d& up : Candidates(Thinned(evidence, kTriedOn / 2)))
    ranked.emplace_back(UpCost(few, up), up);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Eigen::Vector3d best = ranked.front().second;
  double least = std::numeric_limits<double>::max();
  for (std::size_t k = 0; k < std::min(kRefined, ranked.size()); ++k) {
    const Eigen::Vector3d up = Refined(evidence, ranked[k].second);
    const double cost = UpCost(evidence, up);
    if (cost >= least) continue;
    least = cost;
    best = up;
  }
  return best;
}

// From the curvature of the cost a few degrees about its minimum, in the direction where it is flattest.
double Uncertainty(const UpEvidence& evidence, const Eigen::Vector3d& up) {
  constexpr double kProbe = 4 * kPi / 180, kMost = kPi / 4;
  const double here = UpCost(evidence, up);
  double flattest = std::numeric_limits<double>::max();
  for (int k = 0; k < 8; ++k) {
    const double x = kProbe * std::cos(k * kPi / 8), y = kProbe * std::sin(k * kPi / 8);
    const double rise =
        (UpCost(evidence, Tilted(up, x, y)) + UpCost(evidence, Tilted(up, -x, -y))) / 2 - here;
    flattest = std::min(flattest, rise);
  }
  return flattest <= 0 ? kMost : std::min(kMost, kProbe / std::sqrt(2 * flattest));
}

std::vector<Eigen::Vector3d> PositionsNear(const Reconstruction& reconstruction,
                                           const SubjectEstimate& subject) {
  constexpr double kReach = 0.8;  // of the camera distance
  std::vector<Eigen::Vector3d> out;
  for (const Point& point : reconstruction.points)
    if ((point.position - subject.center).norm() < kReach * subject.camera_distance)
      out.push_back(point.position);
  return out;
}

}  // namespace

UpEstimate EstimateUp(const Reconstruction& reconstruction,
                      const std::vector<int>& posed,
                      const SubjectEstimate& subject) {
  UpEvidence evidence = EvidenceOf(reconstruction, posed, subject);
  UpEstimate out{.up = Likeliest(evidence)};
  if (const std::optional<LevelPlane> plane =
          FindLevelPlane(PositionsNear(reconstruction, subject), out.up, subject.camera_distance)) {
    evidence.support = plane->normal;
    evidence.support_weight = plane->certainty;
    out.up = Likeliest(evidence);
  }
  out.sigma = Uncertainty(evidence, out.up);
  out.quarter_turns = HoldingOf(evidence, out.up).quarter_turns;
  return out;
}

}  // namespace rv::orbit
