#include "reconstruct/spin/warp_mesh.h"

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "base/statistics.h"
#include "reconstruct/spin/banded_system.h"

namespace rv::spin {
namespace {

constexpr double kSimilarityWeight = 0.3;  // of a triangle's shape, against one point of weight 1
constexpr double kRidge = 1e-3;            // keeps unconstrained vertices at their pre-warp
constexpr double kBackgroundWeight = 4.0;  // keeps a turntable's background in place
constexpr double kCauchyPx = 2.0;
constexpr double kFarthestInverse = 0.02;  // bounds of the proxy depth, distance / z
constexpr double kNearestInverse = 8.0;
// Of the proxy depth, tried until the mesh does not fold; then the homography.
constexpr double kStiffnesses[] = {1.0, 10.0, 100.0};
constexpr double kFoldedAreaShare = 0.1;  // of the median area: a smaller corner counts as folded
// A vertex within the first distance of a point of the item is on the item; beyond the sum it is background.
constexpr double kItemReachCells = 1.5;
constexpr double kBackgroundBlendCells = 3;

Eigen::Vector2d Invalid() { return Eigen::Vector2d::Constant(std::numeric_limits<double>::quiet_NaN()); }

// The displacement of one point that the pre-warp leaves.
struct PointConstraint {
  GridSample sample;
  Eigen::Vector2d offset;  // source px
  double weight = 0;
};

std::vector<PointConstraint> PointConstraints(const SpinGeometry& geometry,
                                              const std::vector<ViewPoint>& points,
                                              const std::vector<Eigen::Vector2d>& pre_warped,
                                              std::uint32_t frame) {
  std::vector<PointConstraint> constraints;
  for (const ViewPoint& point : points) {
    for (const Observation& seen : geometry.reconstruction.points[point.point].track) {
      if (seen.frame.value != frame) continue;
      const GridSample sample = SampleAt(geometry.grid, point.at);
      const Eigen::Vector2d offset = seen.pixel - sample.Of(pre_warped);
      if (!offset.allFinite()) break;
      const double weight = point.weight / (1 + offset.squaredNorm() / (kCauchyPx * kCauchyPx));
      constraints.push_back({.sample = sample, .offset = offset, .weight = weight});
      break;
    }
  }
  return constraints;
}

// Liu et al. eq. 6 for one triangle, on offsets from the pre-warp: v1 = v2 + u (v3 - v2) + v R90 (v3 - v2).
void AddTriangle(const std::vector<Eigen::Vector2d>& shape, int i1, int i2, int i3, BandedSystem& system) {
  const Eigen::Vector2d edge = shape[i3] - shape[i2];
  const Eigen::Vector2d side = shape[i1] - shape[i2];
  const double length2 = edge.squaredNorm();
  if (!(length2 > 1e-12) || !side.allFinite()) return;
  const double u = side.dot(edge) / length2;
  const double v = (side.y() * edge.x() - side.x() * edge.y()) / length2;
  // Rotation by 90 degrees maps (x, y) to (-y, x).
  system.AddRow(std::array{2 * i1, 2 * i2, 2 * i3, 2 * i2 + 1, 2 * i3 + 1}, std::array{1.0, u - 1, -u, -v, v},
                0, kSimilarityWeight);
  system.AddRow(std::array{2 * i1 + 1, 2 * i2 + 1, 2 * i3 + 1, 2 * i2, 2 * i3},
                std::array{1.0, u - 1, -u, v, -v}, 0, kSimilarityWeight);
}

void AddSimilarityTerm(const WarpGrid& grid,
                       const std::vector<Eigen::Vector2d>& shape,
                       BandedSystem& system) {
  for (int row = 0; row + 1 < grid.rows; ++row) {
    for (int col = 0; col + 1 < grid.cols; ++col) {
      const int a = grid.Index(col, row);
      const int b = grid.Index(col + 1, row);
      const int c = grid.Index(col, row + 1);
      const int d = grid.Index(col + 1, row + 1);
      AddTriangle(shape, a, b, c, system);
      AddTriangle(shape, d, c, b, system);
    }
  }
}

// None where the points do not fix the warp.
std::optional<std::vector<Eigen::Vector2d>> ContentPreserving(const WarpGrid& grid,
                                                              std::vector<Eigen::Vector2d> vertices,
                                                              const std::vector<PointConstraint>& constraints,
                                                              const std::vector<double>& background) {
  BandedSystem system(2 * grid.Size(), 2 * grid.Bandwidth(1) + 1);
  AddSimilarityTerm(grid, vertices, system);
  for (int i = 0; i < grid.Size(); ++i) {
    const double weight = kRidge + (background.empty() ? 0 : kBackgroundWeight * background[i]);
    system.AddRow(std::array{2 * i}, std::array{1.0}, 0, weight);
    system.AddRow(std::array{2 * i + 1}, std::array{1.0}, 0, weight);
  }
  for (const PointConstraint& constraint : constraints) {
    for (int axis = 0; axis < 2; ++axis) {
      std::array<int, 4> indices;
      for (int k = 0; k < 4; ++k) indices[k] = 2 * constraint.sample.index[k] + axis;
      system.AddRow(indices, constraint.sample.weight, constraint.offset[axis], constraint.weight);
    }
  }
  const std::optional<std::vector<double>> offsets = system.Solve();
  if (!offsets) return std::nullopt;
  for (int i = 0; i < grid.Size(); ++i)
    vertices[i] += Eigen::Vector2d((*offsets)[2 * i], (*offsets)[2 * i + 1]);
  return vertices;
}

// Per vertex, 1 on a turntable's background (further than a few cells from every point of the item), 0 on the
// item.
std::vector<double> BackgroundShare(const WarpGrid& grid, const std::vector<ViewPoint>& points) {
  std::vector<double> share(grid.Size(), 1.0);
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      double nearest = std::numeric_limits<double>::max();
      for (const ViewPoint& point : points)
        nearest = std::min(nearest, (point.at - grid.At(col, row)).squaredNorm());
      const double cells = std::sqrt(nearest) / grid.cell;
      const double t = std::clamp((cells - kItemReachCells) / kBackgroundBlendCells, 0.0, 1.0);
      share[grid.Index(col, row)] = t * t * (3 - 2 * t);
    }
  }
  return share;
}

// The pre-warp of the plane through the center that faces the view: a homography.
std::vector<Eigen::Vector2d> PreWarpPlane(const SpinGeometry& geometry,
                                          const VirtualStop& stop,
                                          const SourceCamera& source) {
  return PreWarp(geometry, std::vector<double>(geometry.grid.Size(), 1.0), stop, source);
}

// A turntable's background does not move in front of the camera: the virtual camera, turned back to the
// source's azimuth, sees it on the plane through the center.
std::vector<Eigen::Vector2d> StillBackground(const SpinGeometry& geometry,
                                             const VirtualStop& stop,
                                             const SourceCamera& source) {
  VirtualStop turned = stop;
  turned.cam_from_world = LookAtCenter(geometry.orbit.center, geometry.path.axes, source.azimuth,
                                       stop.elevation, geometry.path.distance);
  return PreWarpPlane(geometry, turned, source);
}

double Cross(const Eigen::Vector2d& a, const Eigen::Vector2d& b) { return a.x() * b.y() - a.y() * b.x(); }

bool Inside(const Camera& camera, const Eigen::Vector2d& pixel) {
  return pixel.x() >= 0 && pixel.y() >= 0 && pixel.x() <= camera.width && pixel.y() <= camera.height;
}

}  // namespace

std::vector<Eigen::Vector2d> PreWarp(const SpinGeometry& geometry,
                                     const std::vector<double>& inverse,
                                     const VirtualStop& stop,
                                     const SourceCamera& source) {
  const WarpGrid& grid = geometry.grid;
  const Rigid3 source_from_view = source.cam_from_world * stop.cam_from_world.Inverse();
  std::vector<Eigen::Vector2d> source_px(grid.Size());
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      const int i = grid.Index(col, row);
      const Eigen::Vector2d at = grid.At(col, row) / geometry.path.focal_px;
      const double depth = geometry.path.distance / std::clamp(inverse[i], kFarthestInverse, kNearestInverse);
      const std::optional<Eigen::Vector2d> pixel =
          source.camera.Project(source_from_view * (depth * at.homogeneous()));
      source_px[i] = pixel ? *pixel : Invalid();
    }
  }
  return source_px;
}

bool Folds(const WarpGrid& grid, const std::vector<Eigen::Vector2d>& source_px, const Camera& camera) {
  std::vector<double> areas;
  for (int row = 0; row + 1 < grid.rows; ++row) {
    for (int col = 0; col + 1 < grid.cols; ++col) {
      const Eigen::Vector2d& a = source_px[grid.Index(col, row)];
      const Eigen::Vector2d& b = source_px[grid.Index(col + 1, row)];
      const Eigen::Vector2d& c = source_px[grid.Index(col, row + 1)];
      const Eigen::Vector2d& d = source_px[grid.Index(col + 1, row + 1)];
      if (!(Inside(camera, a) && Inside(camera, b) && Inside(camera, c) && Inside(camera, d))) continue;
      areas.push_back(
          std::min({Cross(b - a, c - a), Cross(d - b, a - b), Cross(c - d, b - d), Cross(a - c, d - c)}));
    }
  }
  if (areas.empty()) return false;
  const double median = Median(areas);
  return *std::min_element(areas.begin(), areas.end()) < kFoldedAreaShare * median;
}

WarpMesh SolveWarp(const SpinGeometry& geometry,
                   const std::vector<ViewPoint>& points,
                   const std::vector<double>& inverse,
                   const VirtualStop& stop,
                   const SourceCamera& source) {
  const WarpGrid& grid = geometry.grid;
  const bool turntable = geometry.reconstruction.turntable;
  std::vector<double> background;
  std::vector<Eigen::Vector2d> still;
  if (turntable) {
    background = BackgroundShare(grid, points);
    still = StillBackground(geometry, stop, source);
  }
  for (const double stiffness : kStiffnesses) {
    const std::vector<double> depth =
        stiffness == 1 ? inverse : SolveInverseDepth(points, grid, geometry.path.focal_px, stiffness);
    std::vector<Eigen::Vector2d> vertices = PreWarp(geometry, depth, stop, source);
    for (std::size_t i = 0; i < background.size(); ++i)
      vertices[i] = (1 - background[i]) * vertices[i] + background[i] * still[i];
    const bool whole =
        std::all_of(vertices.begin(), vertices.end(), [](const auto& v) { return v.allFinite(); });
    if (whole) {
      auto warped = ContentPreserving(grid, vertices,
                                      PointConstraints(geometry, points, vertices, source.frame), background);
      if (!warped) continue;
      vertices = *std::move(warped);
    }
    if (!Folds(grid, vertices, source.camera))
      return {.source_px = std::move(vertices), .stiffness = stiffness};
  }
  // A homography cannot fold.
  return {.source_px = turntable ? still : PreWarpPlane(geometry, stop, source),
          .stiffness = kHomographyStiffness};
}

}  // namespace rv::spin
