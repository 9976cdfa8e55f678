#include "reconstruct/sparse/map_filtering.h"

#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "reconstruct/sparse/resection.h"
#include "reconstruct/sparse/triangulation.h"

namespace rv::sparse {
namespace {

struct Support {
  int visible = 0;  // observations of valid points
  int inliers = 0;
  double Share() const { return visible > 0 ? static_cast<double>(inliers) / visible : 0; }
};

Support SupportOf(const SparseMap& map, int frame) {
  Support support;
  for (const ObservationRef& ref : map.frames[frame].sees) {
    const MapPoint& point = map.points[ref.point];
    if (!point.valid) continue;
    ++support.visible;
    support.inliers += point.track[ref.slot].inlier ? 1 : 0;
  }
  return support;
}

}  // namespace

void TriangulateFrame(SparseMap& map, int frame, const MapFilteringOptions& options) {
  const TriangulationOptions triangulation{options.max_error_px, options.min_angle_rad};
  for (const ObservationRef& ref : map.frames[frame].sees) {
    MapPoint& point = map.points[ref.point];
    if (!point.valid) {
      TriangulatePoint(map, point, triangulation);
      continue;
    }
    MapObservation& seen = point.track[ref.slot];
    const auto error = map.Error(point, seen);
    seen.inlier = error && *error <= options.max_error_px;
  }
}

int FilterMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads) {
  std::atomic<int> total{0};
  ParallelFor(map.points.size(), threads, [&](std::size_t p) {
    MapPoint& point = map.points[p];
    if (!point.valid) return;
    int inliers = 0;
    for (MapObservation& seen : point.track) {
      const auto error = map.Error(point, seen);
      seen.inlier = error && *error <= max_error_px;
      inliers += seen.inlier ? 1 : 0;
    }
    if (inliers < 2 || map.ParallaxAngle(point) < min_angle_rad) {
      point.valid = false;
      for (MapObservation& seen : point.track) seen.inlier = false;
      return;
    }
    total += inliers;
  });
  return total;
}

int RetriangulateMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads) {
  std::atomic<int> gained{0};
  ParallelFor(map.points.size(), threads, [&](std::size_t p) {
    if (map.points[p].valid) return;
    if (TriangulatePoint(map, map.points[p], {max_error_px, min_angle_rad}) == TriangulationOutcome::kOk)
      ++gained;
  });
  return gained;
}

void RefinePoints(SparseMap& map, int threads) {
  ParallelFor(map.points.size(), threads, [&](std::size_t p) {
    if (map.points[p].valid) RefinePosition(map, map.points[p]);
  });
}

int DropUnsupportedFrames(SparseMap& map, const MapFilteringOptions& options) {
  int dropped = 0;
  for (int f = 0; f < static_cast<int>(map.frames.size()); ++f) {
    if (!map.frames[f].posed || map.PosedCount() <= 3) continue;
    const Support support = SupportOf(map, f);
    if (support.inliers >= options.min_visible && support.Share() >= options.min_support_share) continue;
    map.frames[f].posed = false;
    for (const ObservationRef& ref : map.frames[f].sees) map.points[ref.point].track[ref.slot].inlier = false;
    ++dropped;
  }
  if (dropped > 0) FilterMap(map, options.max_error_px, options.min_angle_rad, options.threads);
  return dropped;
}

int PoseRemainingFrames(SparseMap& map, const MapFilteringOptions& options) {
  int posed = 0;
  for (int f = 0; f < static_cast<int>(map.frames.size()); ++f) {
    if (map.frames[f].posed) continue;
    const auto found = ResectFrame(map, f,
                                   {.max_error_px = 2 * options.max_error_px,
                                    .min_inliers = 10,
                                    .min_inlier_share = options.min_support_share});
    if (!found) continue;
    map.frames[f].posed = true;
    map.frames[f].cam_from_world = found->cam_from_world;
    TriangulateFrame(map, f, options);
    ++posed;
  }
  return posed;
}

}  // namespace rv::sparse
