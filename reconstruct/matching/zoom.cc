#include "reconstruct/matching/zoom.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/statistics.h"

namespace rv::matching {
namespace {

constexpr std::size_t kFewestScaleMatches = 20;
constexpr double kLeastDistance = 20;     // between two features whose distance is compared, px
constexpr std::size_t kFewestFrames = 3;  // that share a zoom
constexpr int kReweightings = 6;
constexpr double kHuber = 0.05;  // of the logarithm
constexpr double kRidge = 1e-6;
// A jump between photos in a row: in any case, and against the usual step; walking nearer is gradual.
constexpr double kLeastJump = 0.25;
constexpr double kUsualSteps = 5;
constexpr int kAcross = 3;        // frames apart, of pairs that see it
constexpr double kOneZoom = 0.1;  // levels this close are one zoom

struct Ratio {
  int a, b;
  double log;  // of b's magnification against a's
};

// By how much the distances between features grow from one frame to the other, as a median.
Ratio GrowthOf(const features::FeatureSet& a, const features::FeatureSet& b, const TwoView& pair) {
  std::vector<double> logs;
  const std::size_t count = pair.matches.size();
  for (const std::size_t away : {count / 2, count / 3, count / 5})
    for (std::size_t k = 0; k < count; ++k) {
      const FeatureMatch &m = pair.matches[k], &n = pair.matches[(k + away) % count];
      const double before = (a.px[m.a] - a.px[n.a]).norm(), after = (b.px[m.b] - b.px[n.b]).norm();
      if (before > kLeastDistance && after > 0) logs.push_back(std::log(after / before));
    }
  return {pair.a, pair.b, Median(std::move(logs))};
}

std::vector<Ratio> RatiosOf(const std::vector<features::FeatureSet>& features,
                            const std::vector<TwoView>& pairs) {
  std::vector<Ratio> out;
  for (const TwoView& pair : pairs)
    if (pair.matches.size() >= kFewestScaleMatches)
      out.push_back(GrowthOf(features[pair.a], features[pair.b], pair));
  return out;
}

// Logarithm of each frame's magnification, by least squares over the pairs, reweighted (Huber, "Robust estimation of a
// location parameter", 1964).
Eigen::VectorXd Magnifications(std::size_t frames, const std::vector<Ratio>& ratios) {
  const auto count = static_cast<Eigen::Index>(frames);
  Eigen::VectorXd log = Eigen::VectorXd::Zero(count);
  for (int round = 0; round < kReweightings; ++round) {
    Eigen::MatrixXd a = kRidge * Eigen::MatrixXd::Identity(count, count);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(count);
    for (const Ratio& r : ratios) {
      const double off = round == 0 ? 0 : std::abs(log[r.b] - log[r.a] - r.log);
      const double weight = off > kHuber ? kHuber / off : 1;
      a(r.a, r.a) += weight;
      a(r.b, r.b) += weight;
      a(r.a, r.b) -= weight;
      a(r.b, r.a) -= weight;
      b[r.a] -= weight * r.log;
      b[r.b] += weight * r.log;
    }
    log = a.ldlt().solve(b);
  }
  return log;
}

// Whether pairs across the place before a frame saw what changes there; else the two sides are not comparable.
bool SeenAcross(const std::vector<Ratio>& ratios, int frame) {
  return std::any_of(ratios.begin(), ratios.end(),
                     [&](const Ratio& r) { return r.a < frame && frame <= r.b && r.b - r.a <= kAcross; });
}

// The level of each frame: constant but for jumps, so that a slow way nearer is none.
std::vector<double> Levels(const Eigen::VectorXd& log, const std::vector<Ratio>& ratios) {
  std::vector<double> steps;
  for (Eigen::Index f = 1; f < log.size(); ++f) steps.push_back(std::abs(log[f] - log[f - 1]));
  const double jump = std::max(kLeastJump, kUsualSteps * Median(std::move(steps)));
  std::vector<double> levels(1, 0);
  for (Eigen::Index f = 1; f < log.size(); ++f) {
    const double step = log[f] - log[f - 1];
    const bool jumps = std::abs(step) > jump && SeenAcross(ratios, static_cast<int>(f));
    levels.push_back(levels.back() + (jumps ? step : 0));
  }
  return levels;
}

}  // namespace

ZoomGroups FindZoomGroups(const std::vector<features::FeatureSet>& features,
                          const std::vector<TwoView>& pairs) {
  const std::size_t count = features.size();
  ZoomGroups one{.group_of = std::vector<int>(count, 0), .relative = {1}};
  if (count < 2 * kFewestFrames) return one;
  const std::vector<Ratio> ratios = RatiosOf(features, pairs);
  const Eigen::VectorXd log = Magnifications(count, ratios);
  if (!log.allFinite()) return one;
  const std::vector<double> levels = Levels(log, ratios);
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int x, int y) { return levels[x] < levels[y]; });
  std::vector<std::vector<int>> groups(1);
  for (std::size_t k = 0; k < count; ++k) {
    if (k > 0 && levels[order[k]] - levels[order[k - 1]] > kOneZoom) groups.emplace_back();
    groups.back().push_back(order[k]);
  }
  const auto too_small = [](const std::vector<int>& group) { return group.size() < kFewestFrames; };
  if (groups.size() < 2 || std::any_of(groups.begin(), groups.end(), too_small)) return one;
  ZoomGroups out{.group_of = std::vector<int>(count, 0)};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const int frame : groups[g]) out.group_of[frame] = static_cast<int>(g);
    out.relative.push_back(std::exp(levels[groups[g][groups[g].size() / 2]]));
  }
  return out;
}

}  // namespace rv::matching
