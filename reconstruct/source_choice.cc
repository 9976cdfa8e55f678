#include "reconstruct/source_choice.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "reconstruct/statistics.h"

namespace rv::internal {
namespace {

// Cost of blur: nothing at the median, 2.5 degrees at half of it.
double BlurCost(double sharpness, double median) {
  if (median <= 0) return 0;
  const double relative = std::max(sharpness / median, 0.05);
  return ToRadians(3.6) * std::max(0.0, -std::log(relative));
}

// The share of the middle 80 % of the grid that the source does not cover, on the plane through the centre.
double Uncovered(const WarpGrid& grid, const VirtualPath& path, const VirtualStop& stop, const SourceCamera& source) {
  constexpr int kSamples = 9;
  const double width = 0.8 * grid.cell * (grid.cols - 1);
  const double height = 0.8 * grid.cell * (grid.rows - 1);
  int outside = 0;
  const Rigid3 source_from_view = source.cam_from_world * stop.cam_from_world.Inverse();
  const double left = grid.left + width / 8;
  const double top = grid.top + height / 8;
  for (int r = 0; r < kSamples; ++r) {
    for (int c = 0; c < kSamples; ++c) {
      const Eigen::Vector2d at(left + width * c / (kSamples - 1), top + height * r / (kSamples - 1));
      const Eigen::Vector3d ray = (at / path.focal_px).homogeneous();
      const std::optional<Eigen::Vector2d> pixel = source.camera.Project(source_from_view * (path.distance * ray));
      outside += !pixel || pixel->x() < 0 || pixel->y() < 0 || pixel->x() > source.camera.width ||
                 pixel->y() > source.camera.height;
    }
  }
  return static_cast<double>(outside) / (kSamples * kSamples);
}

}  // namespace

std::vector<int> SpinSources(const Sweep& sweep, const Orbit& orbit) {
  std::vector<int> sources;
  for (std::size_t i = 0; i < orbit.frames.size(); ++i) {
    const SweepFrame& frame = sweep.frames[orbit.frames[i].frame.value];
    if (orbit.frames[i].on_ring && frame.for_spin && !frame.image.empty()) sources.push_back(static_cast<int>(i));
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

std::vector<std::vector<int>> ChooseSources(const Sweep& sweep,
                                            const Orbit& orbit,
                                            const std::vector<SourceCamera>& sources,
                                            const VirtualPath& path,
                                            const WarpGrid& grid,
                                            int count) {
  std::vector<double> sharpness;
  std::vector<Eigen::Vector3d> directions;
  for (const SourceCamera& source : sources) {
    sharpness.push_back(sweep.frames[source.frame].sharpness);
    directions.push_back((source.cam_from_world.Origin() - orbit.center).normalized());
  }
  const double median = Median(sharpness);
  std::vector<std::vector<int>> chosen;
  for (const VirtualStop& stop : path.stops) {
    const Eigen::Vector3d from = (stop.cam_from_world.Origin() - orbit.center).normalized();
    std::vector<std::pair<double, int>> ranked;
    for (std::size_t s = 0; s < sources.size(); ++s) {
      const double angle = std::acos(std::clamp(from.dot(directions[s]), -1.0, 1.0));
      ranked.emplace_back(angle + BlurCost(sharpness[s], median), static_cast<int>(s));
    }
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > 8) ranked.resize(8);
    for (auto& [cost, s] : ranked) cost += ToRadians(25) * Uncovered(grid, path, stop, sources[s]);
    std::sort(ranked.begin(), ranked.end());
    std::vector<int> best;
    for (std::size_t k = 0; k < ranked.size() && static_cast<int>(k) < count; ++k) best.push_back(ranked[k].second);
    chosen.push_back(std::move(best));
  }
  return chosen;
}

}  // namespace rv::internal
