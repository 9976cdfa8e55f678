#include "reconstruct/spin/source_choice.h"

#include <Eigen/Dense>
#include <algorithm>
#include <bitset>
#include <cmath>
#include <optional>

#include "base/statistics.h"

namespace rv::spin {
namespace {

// Angles are costs and gains here, in radians.
constexpr double kBlurCostDeg = 3.6;              // for each factor e below the median sharpness
constexpr double kLeastRelativeSharpness = 0.05;  // bounds the cost of blur
constexpr std::size_t kMainCandidates = 12;       // for the main source, nearest first
constexpr double kFarthestFill = 60 * kPi / 180;  // beyond this even a background looks foreign
// What it is worth to cover the whole picture, and the whole item: a seam through the item is worse than a
// view from a few degrees further away.
constexpr double kPictureGain = 25 * kPi / 180;
constexpr double kItemGain = 150 * kPi / 180;
constexpr double kFillFactor = 10;         // a hole in the picture weighs more than a far source
constexpr double kLeastFillShare = 0.004;  // of the picture: a fill that adds less is left out
constexpr double kPositiveOffset = 1e3;    // keeps the value of every candidate above 0
constexpr int kSamples = 15;               // along each side of the lattice on which coverage is measured
constexpr double kSampledShare = 0.9;      // of the grid, in its middle
constexpr double kSampledMargin = 0.05;    // of the grid, on each side
using Lattice = std::bitset<kSamples * kSamples>;

// Cost of blur: nothing at the median, 2.5 degrees at half of it.
double BlurCost(double sharpness, double median) {
  if (median <= 0) return 0;
  const double relative = std::max(sharpness / median, kLeastRelativeSharpness);
  return ToRadians(kBlurCostDeg) * std::max(0.0, -std::log(relative));
}

Eigen::Vector2d SamplePosition(const WarpGrid& grid, int i) {
  const int column = i % kSamples;
  const int row = i / kSamples;
  const double x = kSampledMargin + kSampledShare * column / (kSamples - 1);
  const double y = kSampledMargin + kSampledShare * row / (kSamples - 1);
  return {grid.left + x * grid.cell * (grid.cols - 1), grid.top + y * grid.cell * (grid.rows - 1)};
}

// What a source covers on the plane through the center.
Lattice Covered(const SpinGeometry& geometry, const VirtualStop& stop, const SourceCamera& source) {
  Lattice covered;
  for (int i = 0; i < kSamples * kSamples; ++i)
    covered[i] = SeesOnPlane(geometry.path, stop, source, SamplePosition(geometry.grid, i));
  return covered;
}

// The samples on the item. An ellipse, because few items reach into the corners of their box.
Lattice OnItem(const WarpGrid& grid, const SubjectBox& box) {
  Lattice item;
  for (int i = 0; i < kSamples * kSamples; ++i) {
    const Eigen::Vector2d at = SamplePosition(grid, i);
    const double height = at.y() < 0 ? box.above : box.below;
    item[i] = std::hypot(at.x() / std::max(box.half_width, 1.0), at.y() / std::max(height, 1.0)) <= 1;
  }
  return item;
}

double Share(const Lattice& lattice) { return static_cast<double>(lattice.count()) / (kSamples * kSamples); }

struct Candidate {
  double cost = 0;  // radians: angle from the view plus the cost of blur
  int source = 0;
  Lattice covered;
};

bool CostsLess(const Candidate& a, const Candidate& b) {
  return a.cost != b.cost ? a.cost < b.cost : a.source < b.source;
}

// Gain, radians, of covering these samples.
double CoverageGain(const Lattice& samples, const Lattice& item) {
  return kPictureGain * Share(samples) + kItemGain * Share(samples & item) / std::max(Share(item), 1e-9);
}

// The main source, and then, one by one, the source whose added coverage is worth most against its cost.
std::vector<int> PickGreedily(std::vector<Candidate> candidates, const Lattice& item, int count) {
  std::vector<int> picked;
  Lattice covered;
  while (!candidates.empty() && static_cast<int>(picked.size()) < count) {
    std::size_t best = 0;
    double best_value = 0;
    const std::size_t eligible =
        picked.empty() ? std::min(kMainCandidates, candidates.size()) : candidates.size();
    for (std::size_t k = 0; k < eligible; ++k) {
      const Lattice added = candidates[k].covered & ~covered;
      if (!picked.empty() && Share(added) < kLeastFillShare) continue;
      const double value = kPositiveOffset + (picked.empty() ? 1 : kFillFactor) * CoverageGain(added, item) -
                           candidates[k].cost;
      if (value <= best_value) continue;
      best_value = value;
      best = k;
    }
    if (best_value == 0) break;
    covered |= candidates[best].covered;
    picked.push_back(candidates[best].source);
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return picked;
}

}  // namespace

std::vector<int> SpinSources(const Sweep& sweep, const Orbit& orbit) {
  std::vector<int> sources;
  for (std::size_t i = 0; i < orbit.frames.size(); ++i) {
    const SweepFrame& frame = sweep.frames[orbit.frames[i].frame.value];
    if (orbit.frames[i].on_ring && frame.for_spin && !frame.image.empty())
      sources.push_back(static_cast<int>(i));
  }
  return sources;
}

SourceCamera MakeSourceCamera(const Reconstruction& reconstruction, const OrbitFrame& frame) {
  const PosedFrame& posed = reconstruction.frames[frame.frame.value];
  const Camera& camera = reconstruction.cameras[posed.camera];
  return {.frame = frame.frame.value,
          .camera = camera.width == posed.width ? camera : camera.Scaled(posed.width, posed.height),
          .cam_from_world = posed.cam_from_world,
          .azimuth = frame.azimuth,
          .elevation = frame.elevation};
}

bool SeesOnPlane(const VirtualPath& path,
                 const VirtualStop& stop,
                 const SourceCamera& source,
                 const Eigen::Vector2d& at) {
  const Eigen::Vector3d in_view = path.distance * (at / path.focal_px).homogeneous();
  const Rigid3 source_from_view = source.cam_from_world * stop.cam_from_world.Inverse();
  const std::optional<Eigen::Vector2d> pixel = source.camera.Project(source_from_view * in_view);
  return pixel && pixel->x() > 0 && pixel->y() > 0 && pixel->x() < source.camera.width &&
         pixel->y() < source.camera.height;
}

std::vector<std::vector<int>> ChooseSources(const Sweep& sweep,
                                            const SpinGeometry& geometry,
                                            const std::vector<SourceCamera>& sources,
                                            const SubjectBox& box,
                                            int count) {
  std::vector<double> sharpness;
  std::vector<Eigen::Vector3d> directions;
  for (const SourceCamera& source : sources) {
    sharpness.push_back(sweep.frames[source.frame].sharpness);
    directions.push_back((source.cam_from_world.Origin() - geometry.orbit.center).normalized());
  }
  const double median = Median(sharpness);
  const Lattice item = OnItem(geometry.grid, box);
  std::vector<std::vector<int>> chosen;
  for (const VirtualStop& stop : geometry.path.stops) {
    const Eigen::Vector3d from = (stop.cam_from_world.Origin() - geometry.orbit.center).normalized();
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const double angle = std::acos(std::clamp(from.dot(directions[i]), -1.0, 1.0));
      candidates.push_back({.cost = angle + BlurCost(sharpness[i], median), .source = static_cast<int>(i)});
    }
    std::sort(candidates.begin(), candidates.end(), CostsLess);
    while (candidates.size() > kMainCandidates && candidates.back().cost > kFarthestFill)
      candidates.pop_back();
    for (Candidate& candidate : candidates)
      candidate.covered = Covered(geometry, stop, sources[candidate.source]);
    chosen.push_back(PickGreedily(std::move(candidates), item, count));
  }
  return chosen;
}

std::vector<std::vector<int>> ChooseItemFills(const VirtualPath& path,
                                              const std::vector<SourceCamera>& sources,
                                              const std::vector<std::vector<int>>& chosen,
                                              const Eigen::Vector3d& center) {
  constexpr std::size_t kMost = 2;
  constexpr double kFarthestDeg = 25;
  std::vector<int> mains;
  for (const std::vector<int>& of_stop : chosen) mains.push_back(of_stop.front());
  std::sort(mains.begin(), mains.end());
  mains.erase(std::unique(mains.begin(), mains.end()), mains.end());
  std::vector<std::vector<int>> out;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Eigen::Vector3d from = (path.stops[i].cam_from_world.Origin() - center).normalized();
    std::vector<std::pair<double, int>> near;
    for (const int source : mains) {
      if (source == chosen[i].front()) continue;
      const double cosine = from.dot((sources[source].cam_from_world.Origin() - center).normalized());
      if (cosine > std::cos(ToRadians(kFarthestDeg))) near.emplace_back(-cosine, source);
    }
    std::sort(near.begin(), near.end());
    std::vector<int>& fills = out.emplace_back();
    for (std::size_t k = 0; k < std::min(kMost, near.size()); ++k) fills.push_back(near[k].second);
  }
  return out;
}

}  // namespace rv::spin
