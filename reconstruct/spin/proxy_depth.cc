#include "reconstruct/spin/proxy_depth.h"

#include <Eigen/Dense>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/spin/banded_system.h"

namespace rv::spin {
namespace {

// Weights of the smoothness terms. Smoothness flattens the relief, and a view of a flattened relief turns too
// little from its source: the weights are as small as the error at points left out of the fit allows.
constexpr double kBend = 0.012;           // second differences
constexpr double kSlope = 0.002;          // first differences
constexpr double kToPlane = 0.0002;       // to the plane through the center
constexpr double kTypicalAngleDeg = 2.5;  // between a view and its source
constexpr double kNearestShare = 0.1;     // of the distance to the center: nearer points are left out
constexpr int kFullTrack = 6;             // observations that give a point its full weight

// Annealed reweighting: wide and stiff first, so that the surface fits the majority before it rejects
// outliers and bends.
struct Round {
  double cauchy_px;  // 0: all points alike
  double stiffness;
};
constexpr Round kRounds[] = {{0, 12}, {5, 4}, {2, 1}, {2, 1}};

// Parallax in px that an error of 1 in z' causes at a typical angle between a view and its source.
double PixelsPerUnit(double focal_px) { return focal_px * ToRadians(kTypicalAngleDeg); }

// Radians between the direction `from` and the nearest frame that saw the point.
double NearestViewAngle(const Point& point,
                        const std::vector<Eigen::Vector3d>& directions,
                        const Eigen::Vector3d& from) {
  double best = -1;
  for (const Observation& seen : point.track) best = std::max(best, directions[seen.frame.value].dot(from));
  return std::acos(std::clamp(best, -1.0, 1.0));
}

void AddSmoothness(const WarpGrid& grid, double stiffness, BandedSystem& system) {
  const auto bend = [&](int a, int b, int c) {
    system.AddRow(std::array{a, b, c}, std::array{1.0, -2.0, 1.0}, 0, kBend * stiffness);
  };
  const auto slope = [&](int a, int b) {
    system.AddRow(std::array{a, b}, std::array{-1.0, 1.0}, 0, kSlope * stiffness);
  };
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      const int here = grid.Index(col, row);
      system.AddRow(std::array{here}, std::array{1.0}, 1, kToPlane * stiffness);
      if (col + 1 < grid.cols) slope(here, grid.Index(col + 1, row));
      if (row + 1 < grid.rows) slope(here, grid.Index(col, row + 1));
      if (col > 0 && col + 1 < grid.cols) bend(grid.Index(col - 1, row), here, grid.Index(col + 1, row));
      if (row > 0 && row + 1 < grid.rows) bend(grid.Index(col, row - 1), here, grid.Index(col, row + 1));
    }
  }
}

}  // namespace

std::vector<Eigen::Vector3d> ViewDirections(const Reconstruction& reconstruction, const Orbit& orbit) {
  std::vector<Eigen::Vector3d> directions(reconstruction.frames.size(), Eigen::Vector3d::Zero());
  for (const OrbitFrame& frame : orbit.frames) {
    const Rigid3& cam_from_world = reconstruction.frames[frame.frame.value].cam_from_world;
    directions[frame.frame.value] = (cam_from_world.Origin() - orbit.center).normalized();
  }
  return directions;
}

std::vector<ViewPoint> CollectViewPoints(const SpinGeometry& geometry,
                                         const std::vector<Eigen::Vector3d>& directions,
                                         const VirtualStop& stop,
                                         double reach) {
  const Reconstruction& reconstruction = geometry.reconstruction;
  const VirtualPath& path = geometry.path;
  const Eigen::Vector3d from = (stop.cam_from_world.Origin() - geometry.orbit.center).normalized();
  const double sigma = reach / 3;
  std::vector<ViewPoint> points;
  for (std::size_t p = 0; p < reconstruction.points.size(); ++p) {
    const Point& point = reconstruction.points[p];
    const Eigen::Vector3d in_cam = stop.cam_from_world * point.position;
    if (in_cam.z() < kNearestShare * path.distance) continue;
    const Eigen::Vector2d at = path.focal_px * in_cam.head<2>() / in_cam.z();
    if (!Contains(geometry.grid, at)) continue;
    const double away = NearestViewAngle(point, directions, from);
    if (away > reach) continue;
    const double seen = std::min<double>(point.track.size(), kFullTrack) / kFullTrack;
    const double weight = seen * std::exp(-away * away / (2 * sigma * sigma)) / (1 + point.mean_error_px);
    points.push_back({.at = at,
                      .inverse = path.distance / in_cam.z(),
                      .weight = weight,
                      .point = static_cast<std::uint32_t>(p)});
  }
  return points;
}

std::vector<double> SolveInverseDepth(const std::vector<ViewPoint>& points,
                                      const WarpGrid& grid,
                                      double focal_px,
                                      double stiffness) {
  std::vector<double> inverse(grid.Size(), 1.0);
  const double to_px = PixelsPerUnit(focal_px);
  std::vector<GridSample> samples;
  for (const ViewPoint& point : points) samples.push_back(SampleAt(grid, point.at));
  for (const Round& round : kRounds) {
    BandedSystem system(grid.Size(), grid.Bandwidth(2));
    AddSmoothness(grid, stiffness * round.stiffness, system);
    for (std::size_t k = 0; k < points.size(); ++k) {
      const double error =
          round.cauchy_px > 0 ? to_px * (samples[k].Of(inverse) - points[k].inverse) / round.cauchy_px : 0;
      system.AddRow(samples[k].index, samples[k].weight, points[k].inverse,
                    points[k].weight / (1 + error * error));
    }
    std::optional<std::vector<double>> solved = system.Solve();
    if (!solved) break;  // what the round before found, at first a plane, is all that the points tell
    inverse = *std::move(solved);
  }
  return inverse;
}

}  // namespace rv::spin
