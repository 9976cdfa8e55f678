#include "reconstruct/matching/spot_turn.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/statistics.h"

namespace rv::matching {
namespace {

constexpr std::size_t kMostPairs = 60;
constexpr std::size_t kFewestMatches = 25;
constexpr double kLeastShift = 0.06;  // of the longer side
constexpr double kLeastSpread = 0.2;  // of the picture's area
constexpr double kLeftOver = 0.1;     // of the shift
constexpr double kLeftOverPx = 1.0;
constexpr double kMiddle = 0.25;  // of the sides, to either side of the center
constexpr std::size_t kFewestCentral = 8;
constexpr double kNearlyAllMatches = 0.85;
constexpr int kRounds = 4;
constexpr double kFewestRatio = 0.5, kMostRatio = 3.2, kRatioStep = 1.25;  // focal length, of the longer side

Eigen::Vector3d RayOf(const Eigen::Vector2d& px, const Camera& camera, double ratio) {
  const double focal = ratio * std::max(camera.width, camera.height);
  return Eigen::Vector3d((px.x() - camera.width / 2.0) / focal, (px.y() - camera.height / 2.0) / focal, 1);
}

struct Rotated {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  double left_over = 0;
};

double OffBy(const Eigen::Matrix3d& rotation, const Eigen::Vector3d& from, const Eigen::Vector3d& to) {
  const Eigen::Vector3d there = rotation * from;
  return there.z() > 0 ? (there / there.z() - to).norm() : 10.0;
}

// The rotation that brings most rays together (Kabsch, "A solution for the best rotation to relate two sets of
// vectors", Acta Cryst. 1976; reweighted), and what is left over of nearly all matches, in units of the focal length: an
// item before a far background is the smaller part of what moves.
Rotated FitRotation(const std::vector<Eigen::Vector3d>& from, const std::vector<Eigen::Vector3d>& to) {
  std::vector<double> weights(from.size(), 1.0), off(from.size());
  Rotated out;
  for (int round = 0; round < kRounds; ++round) {
    Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
    for (std::size_t i = 0; i < from.size(); ++i)
      sum += weights[i] * to[i].normalized() * from[i].normalized().transpose();
    const Eigen::JacobiSVD<Eigen::Matrix3d> svd(sum, Eigen::ComputeFullU | Eigen::ComputeFullV);
    const Eigen::Vector3d mirror(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant());
    out.rotation = svd.matrixU() * mirror.asDiagonal() * svd.matrixV().transpose();
    for (std::size_t i = 0; i < from.size(); ++i) off[i] = OffBy(out.rotation, from[i], to[i]);
    const double usual = std::max(1e-6, Median(off));
    for (std::size_t i = 0; i < from.size(); ++i) weights[i] = 1 / (1 + (off[i] / usual) * (off[i] / usual));
  }
  out.left_over = Quantile(off, kNearlyAllMatches);
  return out;
}

bool Central(const Eigen::Vector2d& px, const Camera& camera) {
  return std::abs(px.x() / camera.width - 0.5) < kMiddle && std::abs(px.y() / camera.height - 0.5) < kMiddle;
}

// In the middle of both pictures, where an item would be.
std::vector<FeatureMatch> CentralMatches(const std::vector<features::FeatureSet>& features,
                                         const TwoView& pair,
                                         const Camera& a,
                                         const Camera& b) {
  std::vector<FeatureMatch> out;
  for (const FeatureMatch& match : pair.matches)
    if (Central(features[pair.a].px[match.a], a) && Central(features[pair.b].px[match.b], b))
      out.push_back(match);
  return out;
}

// What a rotation leaves of a pair's motion, the larger of all of it and of the middle of the pictures: a far background
// may be nearly all that matches.
double LeftOverPx(const std::vector<features::FeatureSet>& features,
                  const TwoView& pair,
                  const Camera& a,
                  const Camera& b,
                  double ratio) {
  const auto rays = [&](const FeatureMatch& match) {
    return std::pair{RayOf(features[pair.a].px[match.a], a, ratio),
                     RayOf(features[pair.b].px[match.b], b, ratio)};
  };
  std::vector<Eigen::Vector3d> from, to;
  for (const FeatureMatch& match : pair.matches) {
    const auto [x, y] = rays(match);
    from.push_back(x);
    to.push_back(y);
  }
  const Rotated fit = FitRotation(from, to);
  std::vector<double> central;
  for (const FeatureMatch& match : CentralMatches(features, pair, a, b)) {
    const auto [x, y] = rays(match);
    central.push_back(OffBy(fit.rotation, x, y));
  }
  return std::max(fit.left_over, Median(std::move(central))) * ratio * std::max(b.width, b.height);
}

// Share of the picture that a pair's matches spread over. An item alone, turning in the middle of an even ground, moves
// much as a rotation moves it.
double Spread(const TwoView& pair, const features::FeatureSet& features, const Camera& camera) {
  std::vector<double> x, y;
  for (const FeatureMatch& match : pair.matches) {
    x.push_back(features.px[match.a].x());
    y.push_back(features.px[match.a].y());
  }
  return (Quantile(x, 0.9) - Quantile(x, 0.1)) / camera.width * (Quantile(y, 0.9) - Quantile(y, 0.1)) /
         camera.height;
}

std::vector<const TwoView*> ClearPairs(const std::vector<features::FeatureSet>& features,
                                       const std::vector<TwoView>& pairs,
                                       const std::vector<Camera>& cameras,
                                       const std::vector<int>& camera_of) {
  std::vector<const TwoView*> clear;
  for (const TwoView& pair : pairs) {
    const Camera &camera = cameras[camera_of[pair.a]], &other = cameras[camera_of[pair.b]];
    const double side = std::max(camera.width, camera.height);
    if (pair.matches.size() >= kFewestMatches && pair.median_shift_px > kLeastShift * side &&
        Spread(pair, features[pair.a], camera) > kLeastSpread &&
        CentralMatches(features, pair, camera, other).size() >= kFewestCentral)
      clear.push_back(&pair);
  }
  if (clear.size() <= kMostPairs) return clear;
  std::vector<const TwoView*> some;
  for (std::size_t k = 0; k < kMostPairs; ++k) some.push_back(clear[k * clear.size() / kMostPairs]);
  return some;
}

}  // namespace

SpotTurn ExplainByRotation(const std::vector<features::FeatureSet>& features,
                           const std::vector<TwoView>& pairs,
                           const std::vector<Camera>& cameras,
                           const std::vector<int>& camera_of) {
  const std::vector<const TwoView*> clear = ClearPairs(features, pairs, cameras, camera_of);
  SpotTurn best{.pairs = static_cast<int>(clear.size())};
  for (double ratio = kFewestRatio; ratio < kMostRatio && !clear.empty(); ratio *= kRatioStep) {
    int explained = 0;
    for (const TwoView* pair : clear) {
      const Camera &a = cameras[camera_of[pair->a]], &b = cameras[camera_of[pair->b]];
      const double most_px = std::max(kLeftOverPx, kLeftOver * pair->median_shift_px);
      explained += LeftOverPx(features, *pair, a, b, ratio) < most_px;
    }
    best.explained =
        std::max(best.explained, static_cast<double>(explained) / static_cast<double>(clear.size()));
  }
  return best;
}

bool TurnsOnTheSpot(const SpotTurn& turn) {
  constexpr int kFewestPairs = 6;
  constexpr double kNearlyAll = 0.8;
  return turn.pairs >= kFewestPairs && turn.explained >= kNearlyAll;
}

}  // namespace rv::matching
