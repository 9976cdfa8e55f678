#include "reconstruct/spin/framing.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"
#include "reconstruct/spin/crop.h"

namespace rv::spin {
namespace {

constexpr int kLattice = 28;                 // cells along the longer side
constexpr int kHeights = 10;                 // tried each way
constexpr double kLeastImprovement = 1.005;  // factor by which a further height must be better

bool EveryViewSees(const std::vector<SourceCamera>& sources,
                   const VirtualPath& path,
                   const std::vector<std::vector<int>>& chosen,
                   const Eigen::Vector2d& at) {
  for (std::size_t i = 0; i < path.stops.size(); ++i) {
    const bool seen = std::any_of(chosen[i].begin(), chosen[i].end(),
                                  [&](int s) { return SeesOnPlane(path, path.stops[i], sources[s], at); });
    if (!seen) return false;
  }
  return true;
}

}  // namespace

Orbit RaiseCenter(const Reconstruction& reconstruction, const Orbit& orbit, double height) {
  Orbit raised = orbit;
  raised.center += height * orbit.up;
  std::vector<double> radii;
  for (OrbitFrame& frame : raised.frames) {
    const Eigen::Vector3d offset =
        reconstruction.frames[frame.frame.value].cam_from_world.Origin() - raised.center;
    frame.radius = std::max(offset.norm(), 1e-12);
    frame.elevation = std::asin(std::clamp(offset.dot(orbit.up) / frame.radius, -1.0, 1.0));
    if (frame.on_ring) radii.push_back(frame.radius);
  }
  raised.radius = Median(radii);
  return raised;
}

double BestHeight(const SpinGeometry& geometry,
                  const std::vector<SourceCamera>& sources,
                  const std::vector<std::vector<int>>& chosen,
                  const SubjectBox& box) {
  const WarpGrid& grid = geometry.grid;
  const VirtualPath& path = geometry.path;
  WarpGrid lattice = grid;
  lattice.cell = grid.cell * (std::max(grid.cols, grid.rows) - 1) / kLattice;
  lattice.cols = static_cast<int>(std::lround(grid.cell * (grid.cols - 1) / lattice.cell)) + 1;
  lattice.rows = static_cast<int>(std::lround(grid.cell * (grid.rows - 1) / lattice.cell)) + 1;
  std::vector<bool> covered(lattice.Size());
  for (int row = 0; row < lattice.rows; ++row)
    for (int col = 0; col < lattice.cols; ++col)
      covered[lattice.Index(col, row)] = EveryViewSees(sources, path, chosen, lattice.At(col, row));

  const double px_per_unit = path.focal_px / path.distance;
  double best = 0;
  double best_score = 0;
  for (int step = 0; step <= 2 * kHeights; ++step) {
    // 0, 1, -1, 2, -2, ...: of equal scores the smallest height wins.
    const int signed_step = step % 2 == 1 ? (step + 1) / 2 : -step / 2;
    const double height = geometry.orbit.subject_radius / 3 * signed_step / kHeights;
    WarpGrid moved = lattice;
    moved.top += height * px_per_unit;  // aiming higher moves everything down in the picture
    const SubjectBox lowered = box.Lowered(height * px_per_unit);
    const double score = CropScore(moved, BestCrop(moved, covered, lowered), lowered);
    if (score <= kLeastImprovement * best_score) continue;
    best_score = score;
    best = height;
  }
  return best;
}

}  // namespace rv::spin
