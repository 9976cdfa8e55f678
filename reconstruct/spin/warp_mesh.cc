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

constexpr double kSimilarity = 0.3;        // weight of a triangle's shape against one point of weight 1
constexpr double kRidge = 1e-3;            // holds vertices that nothing else does at their pre-warp
constexpr double kBackgroundWeight = 4.0;  // holds a turntable's background
constexpr double kCauchyPx = 2.0;

Eigen::Vector2d Invalid() { return Eigen::Vector2d::Constant(std::numeric_limits<double>::quiet_NaN()); }

// One point's displacement left over by the pre-warp.
struct PointConstraint {
  GridSample sample;
  Eigen::Vector2d offset;  // source px
  double weight = 0;
};

std::vector<PointConstraint> Pulls(const WarpGrid& grid,
                                   const std::vector<ViewPoint>& points,
                                   const std::vector<Eigen::Vector2d>& pre_warped,
                                   const Reconstruction& reconstruction,
                                   std::uint32_t frame) {
  std::vector<PointConstraint> pulls;
  for (const ViewPoint& point : points) {
    for (const Observation& seen : reconstruction.points[point.point].track) {
      if (seen.frame.value != frame) continue;
      const GridSample sample = SampleAt(grid, point.at);
      const Eigen::Vector2d offset = seen.pixel - sample.Of(pre_warped);
      if (!offset.allFinite()) break;
      const double weight = point.weight / (1 + offset.squaredNorm() / (kCauchyPx * kCauchyPx));
      pulls.push_back({.sample = sample, .offset = offset, .weight = weight});
      break;
    }
  }
  return pulls;
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
                0, kSimilarity);
  system.AddRow(std::array{2 * i1 + 1, 2 * i2 + 1, 2 * i3 + 1, 2 * i2, 2 * i3},
                std::array{1.0, u - 1, -u, v, -v}, 0, kSimilarity);
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

std::vector<Eigen::Vector2d> ContentPreserving(const WarpGrid& grid,
                                               std::vector<Eigen::Vector2d> vertices,
                                               const std::vector<PointConstraint>& pulls,
                                               const std::vector<double>& background) {
  BandedSystem system(2 * grid.Size(), 2 * grid.Bandwidth(1) + 1);
  AddSimilarityTerm(grid, vertices, system);
  for (int i = 0; i < grid.Size(); ++i) {
    const double hold = kRidge + (background.empty() ? 0 : kBackgroundWeight * background[i]);
    system.AddRow(std::array{2 * i}, std::array{1.0}, 0, hold);
    system.AddRow(std::array{2 * i + 1}, std::array{1.0}, 0, hold);
  }
  for (const PointConstraint& pull : pulls) {
    for (int axis = 0; axis < 2; ++axis) {
      std::array<int, 4> indices;
      for (int k = 0; k < 4; ++k) indices[k] = 2 * pull.sample.index[k] + axis;
      system.AddRow(indices, pull.sample.weight, pull.offset[axis], pull.weight);
    }
  }
  const std::vector<double> offsets = system.Solve();
  for (int i = 0; i < grid.Size(); ++i) vertices[i] += Eigen::Vector2d(offsets[2 * i], offsets[2 * i + 1]);
  return vertices;
}

// 1 where a vertex is on a turntable's background: further than a few cells from every point of the item.
std::vector<double> BackgroundShare(const WarpGrid& grid, const std::vector<ViewPoint>& points) {
  std::vector<double> share(grid.Size(), 1.0);
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      double nearest = std::numeric_limits<double>::max();
      for (const ViewPoint& point : points)
        nearest = std::min(nearest, (point.at - grid.At(col, row)).squaredNorm());
      const double cells = std::sqrt(nearest) / grid.cell;
      const double t = std::clamp((cells - 1.5) / 3, 0.0, 1.0);
      share[grid.Index(col, row)] = t * t * (3 - 2 * t);
    }
  }
  return share;
}

// A turntable's background stands still before the camera: it is seen by the virtual camera turned back to
// the source's azimuth, on the plane through the center.
std::vector<Eigen::Vector2d> StillBackground(const WarpGrid& grid,
                                             const Orbit& orbit,
                                             const VirtualPath& path,
                                             const VirtualStop& stop,
                                             const SourceCamera& source) {
  VirtualStop turned = stop;
  turned.cam_from_world =
      LookAtCenter(orbit.center, path.axes, source.azimuth, stop.elevation, path.distance);
  return PreWarp(grid, std::vector<double>(grid.Size(), 1.0), path, turned, source);
}

double Cross(const Eigen::Vector2d& a, const Eigen::Vector2d& b) { return a.x() * b.y() - a.y() * b.x(); }

bool Inside(const Camera& camera, const Eigen::Vector2d& pixel) {
  return pixel.x() >= 0 && pixel.y() >= 0 && pixel.x() <= camera.width && pixel.y() <= camera.height;
}

}  // namespace

std::vector<Eigen::Vector2d> PreWarp(const WarpGrid& grid,
                                     const std::vector<double>& inverse,
                                     const VirtualPath& path,
                                     const VirtualStop& stop,
                                     const SourceCamera& source) {
  const Rigid3 source_from_view = source.cam_from_world * stop.cam_from_world.Inverse();
  std::vector<Eigen::Vector2d> source_px(grid.Size());
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      const int i = grid.Index(col, row);
      const Eigen::Vector2d at = grid.At(col, row) / path.focal_px;
      const double depth = path.distance / std::clamp(inverse[i], 0.02, 8.0);
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
  const double typical = Median(areas);
  return *std::min_element(areas.begin(), areas.end()) < 0.1 * typical;
}

WarpMesh SolveWarp(const WarpGrid& grid,
                   const std::vector<ViewPoint>& points,
                   const std::vector<double>& inverse,
                   const Reconstruction& reconstruction,
                   const Orbit& orbit,
                   const VirtualPath& path,
                   const VirtualStop& stop,
                   const SourceCamera& source) {
  std::vector<double> background;
  std::vector<Eigen::Vector2d> still;
  if (reconstruction.turntable) {
    background = BackgroundShare(grid, points);
    still = StillBackground(grid, orbit, path, stop, source);
  }
  for (const double stiffness : {1.0, 10.0, 100.0}) {
    const std::vector<double> depth =
        stiffness == 1 ? inverse : SolveInverseDepth(points, grid, path.focal_px, stiffness);
    std::vector<Eigen::Vector2d> vertices = PreWarp(grid, depth, path, stop, source);
    for (std::size_t i = 0; i < background.size(); ++i)
      vertices[i] = (1 - background[i]) * vertices[i] + background[i] * still[i];
    const bool whole =
        std::all_of(vertices.begin(), vertices.end(), [](const auto& v) { return v.allFinite(); });
    if (whole)
      vertices = ContentPreserving(grid, vertices,
                                   Pulls(grid, points, vertices, reconstruction, source.frame), background);
    if (!Folds(grid, vertices, source.camera))
      return {.source_px = std::move(vertices), .stiffness = stiffness};
  }
  // The plane through the center: a homography, which cannot fold.
  return {.source_px = reconstruction.turntable
                           ? still
                           : PreWarp(grid, std::vector<double>(grid.Size(), 1.0), path, stop, source),
          .stiffness = 1000};
}

}  // namespace rv::spin
