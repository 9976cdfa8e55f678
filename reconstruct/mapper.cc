#include "reconstruct/mapper.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "reconstruct/resection.h"
#include "reconstruct/triangulation.h"
#include "scene/check.h"
#include "scene/log.h"
#include "scene/parallel.h"

namespace rv::internal {
namespace {

int VisibleCount(const SparseMap& map, int frame) {
  int count = 0;
  for (const ObservationRef& ref : map.frames[frame].sees) count += map.points[ref.point].valid ? 1 : 0;
  return count;
}

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

// After a frame got its pose: its observations of known points become inliers or not, and points that now have
// two posed views are triangulated.
void IntegrateFrame(SparseMap& map, int frame, const MapperOptions& options) {
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

class Grower {
 public:
  Grower(SparseMap map, const MapperOptions& options, const Progress& progress)
      : map_(std::move(map)), options_(options), progress_(progress), failed_at_(map_.frames.size(), -1) {}

  bool Seed(const InitialPair& pair) {
    map_.frames[pair.a].posed = map_.frames[pair.b].posed = true;
    map_.frames[pair.a].cam_from_world = {};
    map_.frames[pair.b].cam_from_world = pair.b_from_a;
    IntegrateFrame(map_, pair.a, options_);
    IntegrateFrame(map_, pair.b, options_);
    Bundle();
    return std::count_if(map_.points.begin(), map_.points.end(), [](const MapPoint& p) { return p.valid; }) >=
           options_.min_visible;
  }

  // False when cancelled.
  bool Grow() {
    int next_bundle = 3;
    while (idle_ < 3) {
      const int frame = AddBestFrame();
      if (frame < 0) {  // nothing fits: settle the map and try once more
        Settle();
        ++idle_;
        continue;
      }
      const int posed = map_.PosedCount();
      if (++added_ > 3 * static_cast<int>(map_.frames.size())) return true;  // frames that come and go
      if (!Report(progress_, "mapping", 0.8 * posed / map_.frames.size())) return false;
      if (posed >= next_bundle) {
        Bundle();
        next_bundle = std::max(posed + 1, static_cast<int>(posed * options_.growth_per_bundle));
      }
    }
    return true;
  }

  SparseMap Take() { return std::move(map_); }

 private:
  int AddBestFrame() {
    std::vector<std::pair<int, int>> ranked;  // (-visible, frame)
    for (int f = 0; f < static_cast<int>(map_.frames.size()); ++f) {
      if (map_.frames[f].posed) continue;
      const int visible = VisibleCount(map_, f);
      if (visible >= options_.min_visible && failed_at_[f] < epoch_) ranked.emplace_back(-visible, f);
    }
    std::sort(ranked.begin(), ranked.end());
    for (const auto& [visible, f] : ranked) {
      // Early on only clear cases; a frame seen through repeated texture waits until its neighbours are in.
      const double share = idle_ == 0 ? 0.5 : 0.3;
      const auto found =
          ResectFrame(map_, f, {.max_error_px = 1.5 * options_.max_error_px, .min_inlier_share = share});
      if (!found) {
        failed_at_[f] = epoch_;
        continue;
      }
      map_.frames[f].posed = true;
      map_.frames[f].cam_from_world = found->cam_from_world;
      IntegrateFrame(map_, f, options_);
      return f;
    }
    return -1;
  }

  void Bundle() {
    const int posed = map_.PosedCount();
    BundleOptions bundle;
    bundle.refine_focal = !options_.camera_known && posed >= 4;
    bundle.refine_distortion = !options_.camera_known && posed >= 10;
    bundle.focal_sigma = options_.focal_known ? 0.02 : posed < 8 ? 0.1 : 0.3;
    bundle.max_iterations = posed < 10 ? 20 : 10;
    bundle.function_tolerance = 1e-4;
    bundle.budget_per_frame = options_.growth_budget;
    // Ceres fails only where the map is beyond repair; filtering then empties it and growing ends.
    if (!AdjustBundle(map_, bundle)) LogVerbose("mapping: a bundle adjustment step failed");
    FilterMap(map_, options_.max_error_px, options_.min_angle_rad, options_.threads);
    RetriangulateMap(map_, options_.max_error_px, options_.min_angle_rad, options_.threads);
    DropUnsupportedFrames(map_, options_);
    ++epoch_;
  }

  void Settle() {
    Bundle();
    Bundle();
  }

  SparseMap map_;
  const MapperOptions& options_;
  const Progress& progress_;
  std::vector<int> failed_at_;
  int epoch_ = 0;
  int idle_ = 0;   // times that no frame fitted
  int added_ = 0;
};

// A few near-parallel views have a second, wrong solution (depth reversed, the lens too long); a map that grew
// out of it settles on a focal length far from what the pairs said.
bool FocalMovedFar(const SparseMap& map, const SparseMap& unposed) {
  for (std::size_t c = 0; c < map.cameras.size(); ++c) {
    if (std::abs(std::log(map.cameras[c].focal_px / unposed.cameras[c].focal_px)) > std::log(1.35)) return true;
  }
  return false;
}

int InlierCount(const SparseMap& map) {
  int count = 0;
  for (const MapPoint& point : map.points) {
    if (!point.valid) continue;
    count += static_cast<int>(
        std::count_if(point.track.begin(), point.track.end(), [](const MapObservation& seen) { return seen.inlier; }));
  }
  return count;
}

// Clearly more frames, or about as many that agree better.
bool Better(const SparseMap& a, const SparseMap& b) {
  const int margin = static_cast<int>(a.frames.size()) / 30;
  const int more = a.PosedCount() - b.PosedCount();
  if (std::abs(more) > margin) return more > 0;
  return InlierCount(a) > InlierCount(b);
}

}  // namespace

SparseMap MakeMap(const std::vector<FeatureSet>& features,
                  const std::vector<FeatureTrack>& tracks,
                  const std::vector<Camera>& cameras,
                  const std::vector<int>& camera_of) {
  RV_CHECK_EQ(features.size(), camera_of.size());
  SparseMap map;
  map.cameras = cameras;
  map.frames.resize(features.size());
  for (std::size_t f = 0; f < features.size(); ++f) map.frames[f].camera = camera_of[f];
  for (const FeatureTrack& track : tracks) {
    MapPoint point;
    for (const TrackElement& e : track) {
      const float scale = features[e.frame].scale_px[e.feature];
      map.frames[e.frame].sees.push_back({static_cast<int>(map.points.size()), static_cast<int>(point.track.size())});
      point.track.push_back({.frame = e.frame, .px = features[e.frame].px[e.feature], .scale_px = scale});
    }
    map.points.push_back(std::move(point));
  }
  return map;
}

Result<SparseMap> GrowMap(const SparseMap& unposed,
                          const std::vector<FeatureSet>& features,
                          const std::vector<TwoView>& pairs,
                          const MapperOptions& options,
                          const Progress& progress) {
  const std::vector<InitialPair> seeds =
      FindInitialPairs(unposed, features, pairs, {.seed = options.seed, .threads = options.threads});
  if (seeds.empty())
    return Fail(ErrorCode::kInsufficientData, "no two frames show the item from clearly different sides",
                "walk round the item instead of turning on the spot, and move sideways between frames");
  SparseMap best;
  std::vector<char> tried_frame(unposed.frames.size(), 0);
  bool doubtful = false;
  int tries = 0;
  for (const InitialPair& seed : seeds) {
    if (tries >= options.max_seeds) break;
    // A seed inside a map that was grown already leads to the same map, unless that one took a wrong turn.
    if (tries > 0 && !doubtful && best.frames[seed.a].posed && best.frames[seed.b].posed && tried_frame[seed.a] &&
        tried_frame[seed.b] && best.PosedCount() > 3)
      continue;
    ++tries;
    Grower grower(unposed, options, progress);
    if (grower.Seed(seed) && !grower.Grow()) return Cancelled();
    SparseMap grown = grower.Take();
    for (std::size_t f = 0; f < grown.frames.size(); ++f) tried_frame[f] |= grown.frames[f].posed ? 1 : 0;
    if (tries == 1 || Better(grown, best)) best = std::move(grown);
    doubtful = !options.focal_known && FocalMovedFar(best, unposed);
    if (!doubtful && best.PosedCount() == static_cast<int>(best.frames.size())) break;
  }
  return best;
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
    if (TriangulatePoint(map, map.points[p], {max_error_px, min_angle_rad}) == TriangulationOutcome::kOk) ++gained;
  });
  return gained;
}

int DropUnsupportedFrames(SparseMap& map, const MapperOptions& options) {
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

int PoseRemainingFrames(SparseMap& map, const MapperOptions& options) {
  int posed = 0;
  for (int f = 0; f < static_cast<int>(map.frames.size()); ++f) {
    if (map.frames[f].posed) continue;
    const auto found = ResectFrame(map, f, {.max_error_px = 2 * options.max_error_px,
                                           .min_inliers = 10,
                                           .min_inlier_share = options.min_support_share});
    if (!found) continue;
    map.frames[f].posed = true;
    map.frames[f].cam_from_world = found->cam_from_world;
    IntegrateFrame(map, f, options);
    ++posed;
  }
  return posed;
}

}  // namespace rv::internal
