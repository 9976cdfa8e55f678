#include "reconstruct/sparse/principal_point.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "reconstruct/sparse/principal_point_score.h"

namespace rv::sparse {
namespace {

constexpr int kGroups = 8;
// of the longer side: how far phones' and crops' centers usually are off
constexpr double kPriorSigma = 0.007;
constexpr double kLeastVariance = 1e-4;  // px^2
constexpr double kPricePerCamera = 2;    // Akaike's, of the two numbers that are fitted

void Halve(const SparseMap& map,
           std::vector<int>::iterator begin,
           std::vector<int>::iterator end,
           int first,
           int groups,
           std::vector<int>& group_of) {
  if (groups == 1) {
    for (auto at = begin; at != end; ++at) group_of[*at] = first;
    return;
  }
  Eigen::AlignedBox3d box;
  for (auto at = begin; at != end; ++at) box.extend(map.points[*at].position);
  int axis = 0;
  if (begin != end) box.sizes().maxCoeff(&axis);
  const auto middle = begin + (end - begin) / 2;
  std::nth_element(begin, middle, end, [&](int p, int q) {
    const double a = map.points[p].position[axis], b = map.points[q].position[axis];
    return a != b ? a < b : p < q;
  });
  Halve(map, begin, middle, first, groups / 2, group_of);
  Halve(map, middle, end, first + groups / 2, groups / 2, group_of);
}

Eigen::Vector2d Displacement(const Camera& camera) {
  return {camera.cx_px - camera.width / 2.0, camera.cy_px - camera.height / 2.0};
}

double PriorSigma(const Camera& camera) { return kPriorSigma * std::max(camera.width, camera.height); }

// Of the quadratic that pulls a displacement `x` as the prior's cost log(1 + x^2 / (2 sigma^2)) does: that of
// Student's t, whose tails leave far displacements where they are.
double PriorPrecision(double x, double sigma) { return 2 / (2 * sigma * sigma + x * x); }

// Where `measured`, of this variance, and the prior agree.
double LikeliestDisplacement(double measured, double variance, double sigma) {
  constexpr int kSteps = 50;  // more than enough
  double x = 0;
  for (int step = 0; step < kSteps; ++step) x = measured / (1 + variance * PriorPrecision(x, sigma));
  return x;
}

}  // namespace

std::vector<int> SplitScene(const SparseMap& map, int groups) {
  RV_CHECK(groups > 0 && (groups & (groups - 1)) == 0);
  std::vector<int> group_of(map.points.size(), -1);
  std::vector<int> valid;
  for (std::size_t p = 0; p < map.points.size(); ++p) {
    if (map.points[p].valid) valid.push_back(static_cast<int>(p));
  }
  Halve(map, valid.begin(), valid.end(), 0, groups, group_of);
  return group_of;
}

Result<PrincipalPointEvidence> TestPrincipalPoints(const SparseMap& centered, double loss_scale) {
  const auto score = ScorePrincipalPoints(centered, loss_scale, SplitScene(centered, kGroups), kGroups);
  if (!score) return Forward(score);
  PrincipalPointEvidence out;
  for (std::size_t c = 0; c < centered.cameras.size(); ++c) {
    const Eigen::Vector2d step = score->step_px.segment<2>(2 * static_cast<int>(c));
    if (step.isZero(0)) continue;
    const Eigen::Vector2d variance = score->variance_px2.segment<2>(2 * static_cast<int>(c));
    out.penalty += kPricePerCamera;
    out.evidence += 0.5 * step.cwiseAbs2().cwiseQuotient(variance.cwiseMax(kLeastVariance)).sum();
    LogVerbose(Text("principal point: off by ", Fixed(step.x(), 3), " +- ", Fixed(std::sqrt(variance.x()), 3),
                    ", ", Fixed(step.y(), 3), " +- ", Fixed(std::sqrt(variance.y()), 3), " px"));
  }
  // Not more than if all observations were independent.
  out.evidence = std::min(out.evidence, score->gain);
  return out;
}

double PrincipalPointPriorCost(const SparseMap& map) {
  double cost = 0;
  for (const Camera& camera : map.cameras)
    cost += 0.5 * Displacement(camera).squaredNorm() / (PriorSigma(camera) * PriorSigma(camera));
  return cost;
}

Result<std::vector<Eigen::Vector2d>> PrincipalPointPriorSigmas(const SparseMap& free, double loss_scale) {
  const auto score = ScorePrincipalPoints(free, loss_scale, SplitScene(free, kGroups), kGroups);
  if (!score) return Forward(score);
  std::vector<Eigen::Vector2d> sigmas;
  for (std::size_t c = 0; c < free.cameras.size(); ++c) {
    const Eigen::Vector2d measured =
        Displacement(free.cameras[c]) + score->step_px.segment<2>(2 * static_cast<int>(c));
    Eigen::Vector2d& sigma = sigmas.emplace_back();
    for (int axis = 0; axis < 2; ++axis) {
      const auto i = 2 * static_cast<Eigen::Index>(c) + axis;
      const double variance = std::max(score->variance_px2[i], score->naive_px2[i]);
      const double precision =
          PriorPrecision(LikeliestDisplacement(measured[axis], variance, PriorSigma(free.cameras[c])),
                         PriorSigma(free.cameras[c]));
      sigma[axis] = std::sqrt(score->naive_px2[i] / (variance * precision));
    }
    LogVerbose(Text("principal point: free at ", Fixed(measured.x(), 3), " +- ",
                    Fixed(std::sqrt(score->variance_px2[2 * c]), 3), ", ", Fixed(measured.y(), 3), " +- ",
                    Fixed(std::sqrt(score->variance_px2[2 * c + 1]), 3), " px"));
  }
  return sigmas;
}

}  // namespace rv::sparse
