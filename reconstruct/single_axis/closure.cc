#include "reconstruct/single_axis/closure.h"

#include <algorithm>

#include "base/statistics.h"

namespace rv::single_axis {
namespace {

// b_from_a for a turn by `angle`; the essential matrix is [t]x R.
Eigen::Matrix3d EssentialOf(const Rigid3& cam_from_turn, double angle) {
  const Rigid3 turned{Eigen::Quaterniond(Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitY())),
                      Eigen::Vector3d::Zero()};
  const Rigid3 b_from_a = cam_from_turn * turned * cam_from_turn.Inverse();
  const Eigen::Vector3d& t = b_from_a.translation;
  Eigen::Matrix3d cross;
  cross << 0, -t.z(), t.y(), t.z(), 0, -t.x(), -t.y(), t.x(), 0;
  return cross * b_from_a.rotation.toRotationMatrix();
}

struct RayPair {
  Eigen::Vector3d a, b;  // (x, y, 1) in cam
};

int CountAgreeing(const std::vector<RayPair>& rays, const Eigen::Matrix3d& essential, double max_error) {
  int count = 0;
  for (const RayPair& ray : rays) {
    const Eigen::Vector3d line_b = essential * ray.a, line_a = essential.transpose() * ray.b;
    const double miss = ray.b.dot(line_b);
    const double slope = line_b.head<2>().squaredNorm() + line_a.head<2>().squaredNorm();
    count += miss * miss < max_error * max_error * slope ? 1 : 0;
  }
  return count;
}

struct Vote {
  double scale = 0, weight = 0;
  double shown = 0;  // the angle that the pair shows, full turns included
  const matching::TwoView* pair = nullptr;
};

std::vector<Vote> CollectVotes(const SingleAxisModel& model,
                               const Camera& camera,
                               const std::vector<features::FeatureSet>& features,
                               const std::vector<matching::TwoView>& far,
                               double max_error_px) {
  constexpr double kScaleSigma = 0.1;  // how far neighbors alone are usually off, of ln(scale)
  std::vector<Vote> votes;
  for (const matching::TwoView& pair : far) {
    const double modeled = model.angles[pair.b] - model.angles[pair.a];
    const double turns = std::round(modeled / (2 * kPi));
    if (turns == 0) continue;
    const auto shown = TurnBetween(model.axis, camera, features, pair, max_error_px, 0.6);
    if (!shown) continue;
    const double total = 2 * kPi * turns + shown->angle;
    const double scale = total / modeled;
    if (scale < 0.75 || scale > 1.33) continue;
    const double likely = std::exp(-0.5 * std::pow(std::log(scale) / kScaleSigma, 2));
    votes.push_back(
        {scale, likely * shown->share * std::sqrt(static_cast<double>(pair.matches.size())), total, &pair});
  }
  return votes;
}

}  // namespace

std::optional<PairTurn> TurnBetween(const TurnAxis& axis,
                                    const Camera& camera,
                                    const std::vector<features::FeatureSet>& features,
                                    const matching::TwoView& pair,
                                    double max_error_px,
                                    double min_share) {
  constexpr int kSteps = 150;           // each way
  constexpr double kStep = 0.5;         // degrees
  constexpr std::size_t kEnough = 200;  // matches, evenly chosen
  const std::size_t stride = (pair.matches.size() + kEnough - 1) / kEnough;
  std::vector<RayPair> rays;
  for (std::size_t i = 0; i < pair.matches.size(); i += stride) {
    const matching::FeatureMatch& m = pair.matches[i];
    rays.push_back({camera.Ray(features[pair.a].px[m.a]), camera.Ray(features[pair.b].px[m.b])});
  }
  const Rigid3 cam_from_turn = CamFromTurn(axis);
  PairTurn best;
  int most = 0;
  for (int step = -kSteps; step <= kSteps; ++step) {
    if (step == 0) continue;  // no epipolar geometry without a turn
    const double degrees = kStep * step;
    const int count =
        CountAgreeing(rays, EssentialOf(cam_from_turn, ToRadians(degrees)), max_error_px / camera.focal_px);
    if (count <= most) continue;
    most = count;
    best = {ToRadians(degrees), static_cast<double>(count) / static_cast<double>(rays.size())};
  }
  if (best.share < min_share) return std::nullopt;
  return best;
}

std::optional<Closure> FindClosure(const SingleAxisModel& model,
                                   const Camera& camera,
                                   const std::vector<features::FeatureSet>& features,
                                   const std::vector<matching::TwoView>& far,
                                   double max_error_px) {
  constexpr double kTogether = 0.04;  // votes that lie this close in scale support each other
  const std::vector<Vote> votes = CollectVotes(model, camera, features, far, max_error_px);
  Closure closure;
  double best = 0;
  for (const Vote& center : votes) {
    double weight = 0, sum = 0;
    for (const Vote& vote : votes) {
      if (std::abs(vote.scale - center.scale) > kTogether) continue;
      weight += vote.weight;
      sum += vote.weight * vote.scale;
    }
    if (weight <= best) continue;
    best = weight;
    closure.scale = sum / weight;
  }
  for (const Vote& vote : votes) {
    const double modeled = model.angles[vote.pair->b] - model.angles[vote.pair->a];
    if (std::abs(closure.scale * modeled - vote.shown) < 2 * kTogether * std::abs(modeled))
      closure.trusted.push_back(*vote.pair);
  }
  if (closure.trusted.size() < 3) return std::nullopt;  // two may agree by chance
  return closure;
}

}  // namespace rv::single_axis
