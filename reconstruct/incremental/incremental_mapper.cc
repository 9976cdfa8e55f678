#include "reconstruct/incremental/incremental_mapper.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "reconstruct/sparse/bundle_adjustment.h"
#include "reconstruct/sparse/map_filtering.h"
#include "reconstruct/sparse/resection.h"

namespace rv::incremental {
namespace {

int VisibleCount(const sparse::SparseMap& map, int frame) {
  int count = 0;
  for (const sparse::ObservationRef& ref : map.frames[frame].sees)
    count += map.points[ref.point].valid ? 1 : 0;
  return count;
}

}  // namespace

IncrementalMapper::IncrementalMapper(sparse::SparseMap unposed, const IncrementalOptions& options)
    : map_(std::move(unposed)), options_(options), failed_at_(map_.frames.size(), -1) {}

bool IncrementalMapper::Initialize(const InitialPair& pair) {
  map_.frames[pair.a].posed = map_.frames[pair.b].posed = true;
  map_.frames[pair.a].cam_from_world = {};
  map_.frames[pair.b].cam_from_world = pair.b_from_a;
  sparse::TriangulateFrame(map_, pair.a, options_.filtering);
  sparse::TriangulateFrame(map_, pair.b, options_.filtering);
  Bundle();
  return std::count_if(map_.points.begin(), map_.points.end(),
                       [](const sparse::MapPoint& p) { return p.valid; }) >= options_.filtering.min_visible;
}

bool IncrementalMapper::RegisterFrames(int most, const Progress& progress) {
  const int frames = static_cast<int>(map_.frames.size());
  most = std::min(most, frames);
  while (idle_ < 3 && map_.PosedCount() < most) {
    if (RegisterNextFrame() < 0) {  // nothing fits: settle the map and try once more
      AdjustGlobally();
      ++idle_;
      continue;
    }
    if (++added_ > 3 * frames) return true;  // frames that come and go
    const int posed = map_.PosedCount();
    if (!Report(progress, "mapping", 0.8 * posed / frames)) return false;
    if (posed >= next_bundle_) {
      Bundle();
      next_bundle_ = std::max(posed + 1, static_cast<int>(posed * options_.growth_per_bundle));
    }
  }
  return true;
}

int IncrementalMapper::RegisterNextFrame() {
  std::vector<std::pair<int, int>> ranked;  // (-visible, frame)
  for (int f = 0; f < static_cast<int>(map_.frames.size()); ++f) {
    if (map_.frames[f].posed) continue;
    const int visible = VisibleCount(map_, f);
    if (visible >= options_.filtering.min_visible && failed_at_[f] < epoch_) ranked.emplace_back(-visible, f);
  }
  std::sort(ranked.begin(), ranked.end());
  for (const auto& [visible, f] : ranked) {
    // Early on only clear cases; a frame seen through repeated texture waits until its neighbors are in.
    const double share = idle_ == 0 ? 0.5 : 0.3;
    const auto found = sparse::ResectFrame(
        map_, f, {.max_error_px = 1.5 * options_.filtering.max_error_px, .min_inlier_share = share});
    if (!found) {
      failed_at_[f] = epoch_;
      continue;
    }
    map_.frames[f].posed = true;
    map_.frames[f].cam_from_world = found->cam_from_world;
    sparse::TriangulateFrame(map_, f, options_.filtering);
    return f;
  }
  return -1;
}

void IncrementalMapper::Bundle() {
  const int posed = map_.PosedCount();
  sparse::BundleOptions bundle;
  bundle.refine_focal = !options_.camera_known && posed >= 4;
  bundle.refine_distortion = !options_.camera_known && posed >= 10;
  bundle.focal_sigma = options_.focal_known ? 0.02 : posed < 8 ? 0.1 : 0.3;
  bundle.max_iterations = posed < 10 ? 20 : 10;
  bundle.function_tolerance = 1e-4;
  bundle.budget_per_frame = options_.growth_budget;
  // Ceres fails only where the map is beyond repair; filtering then empties it and growing ends.
  if (!sparse::AdjustBundle(map_, bundle)) LogVerbose("mapping: a bundle adjustment step failed");
  sparse::FilterMap(map_, options_.filtering.max_error_px, options_.filtering.min_angle_rad,
                    options_.filtering.threads);
  sparse::RetriangulateMap(map_, options_.filtering.max_error_px, options_.filtering.min_angle_rad,
                           options_.filtering.threads);
  sparse::DropUnsupportedFrames(map_, options_.filtering);
  ++epoch_;
}

void IncrementalMapper::AdjustGlobally() {
  Bundle();
  Bundle();
}

double IncrementalMapper::Consensus() const {
  const double limit2 = options_.filtering.max_error_px * options_.filtering.max_error_px;
  double credit = 0;
  int total = 0;
  for (const sparse::MapPoint& point : map_.points) {
    const auto posed =
        std::count_if(point.track.begin(), point.track.end(),
                      [&](const sparse::MapObservation& seen) { return map_.frames[seen.frame].posed; });
    if (posed < 2) continue;
    total += static_cast<int>(posed);
    if (!point.valid) continue;
    for (const sparse::MapObservation& seen : point.track) {
      const auto error = map_.Error(point, seen);
      if (error) credit += std::max(0.0, 1 - *error * *error / limit2);
    }
  }
  return total > 0 ? credit / total : 0;
}

}  // namespace rv::incremental
