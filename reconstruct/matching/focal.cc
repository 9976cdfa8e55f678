#include "reconstruct/matching/focal.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace rv::matching {
namespace {

constexpr double kTypicalRatio = 1.1;
constexpr double kTypicalSpread = 0.45;  // of ln(ratio)

Eigen::Matrix3d Calibration(const Camera& camera, double ratio) {
  const double f = ratio * std::max(camera.width, camera.height);
  Eigen::Matrix3d k;
  k << f, 0, camera.width / 2.0, 0, f, camera.height / 2.0, 0, 0, 1;
  return k;
}

// 0 for a perfect essential matrix, towards 1 for anything else.
double Imbalance(const Eigen::Matrix3d& essential) {
  const Eigen::Vector3d s = Eigen::JacobiSVD<Eigen::Matrix3d>(essential).singularValues();
  return (s[0] - s[1]) / (s[0] + s[1]);
}

}  // namespace

FocalEstimate EstimateFocal(const std::vector<TwoView>& pairs,
                            const std::vector<Camera>& cameras,
                            const std::vector<int>& camera_of,
                            const std::vector<double>& relative) {
  struct Vote {
    const TwoView* pair;
    double weight;
  };
  std::vector<Vote> votes;
  for (const TwoView& pair : pairs) {
    if (pair.matches.size() < 40 || pair.homography_share > 0.8) continue;
    votes.push_back(
        {&pair, std::sqrt(static_cast<double>(pair.matches.size())) * (1 - pair.homography_share)});
  }
  std::stable_sort(votes.begin(), votes.end(),
                   [](const Vote& a, const Vote& b) { return a.weight > b.weight; });
  if (votes.size() > 200) votes.resize(200);
  if (votes.size() < 3) return {.ratio = kTypicalRatio};

  FocalEstimate best{.ratio = kTypicalRatio, .from_pairs = true};
  double best_cost = 1e300;
  double total = 0;
  for (const Vote& vote : votes) total += vote.weight;
  for (double ratio = 0.45; ratio < 6.0; ratio *= 1.03) {
    double cost = 0;
    for (const Vote& vote : votes) {
      const int a = camera_of[vote.pair->a], b = camera_of[vote.pair->b];
      const Eigen::Matrix3d e = Calibration(cameras[b], ratio * relative[b]).transpose() *
                                vote.pair->fundamental * Calibration(cameras[a], ratio * relative[a]);
      const double d = Imbalance(e) / 0.05;
      cost += vote.weight * d * d / (1 + d * d);  // a pair that is off says nothing, however far off
    }
    const double off = std::log(ratio / kTypicalRatio) / kTypicalSpread;
    cost = cost / total + 0.05 * off * off;
    if (cost < best_cost) {
      best_cost = cost;
      best.ratio = ratio;
    }
  }
  return best;
}

}  // namespace rv::matching
