#include "reconstruct/incremental/mapper.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "reconstruct/incremental/incremental_mapper.h"
#include "reconstruct/incremental/initial_pair.h"
#include "reconstruct/incremental/no_parallax.h"

namespace rv::incremental {
namespace {

struct Start {
  std::unique_ptr<IncrementalMapper> mapper;  // none: the pair gave no map
  int posed = 0;
  double consensus = 0;
  // Frames, weighed by how well they agree.
  double Worth() const { return posed * consensus; }
};

// The best pairs, but from different parts of the sweep where there are any: neighbors fail together.
std::vector<InitialPair> SpreadSeeds(const std::vector<InitialPair>& seeds, int frames, int count) {
  std::vector<InitialPair> spread;
  const auto near = [&](const InitialPair& p) {
    return std::any_of(spread.begin(), spread.end(), [&](const InitialPair& q) {
      return std::abs((p.a + p.b) - (q.a + q.b)) < std::max(2, frames / 6);
    });
  };
  for (const bool apart : {true, false}) {
    for (const InitialPair& seed : seeds) {
      if (static_cast<int>(spread.size()) >= count) return spread;
      const bool taken = std::any_of(spread.begin(), spread.end(),
                                     [&](const InitialPair& q) { return q.a == seed.a && q.b == seed.b; });
      if (!taken && (!apart || !near(seed))) spread.push_back(seed);
    }
  }
  return spread;
}

Start TrySeed(const sparse::SparseMap& unposed, const InitialPair& seed, const IncrementalOptions& options) {
  IncrementalOptions alone = options;  // the starts themselves run side by side
  alone.threads = alone.filtering.threads = 1;
  Start start{.mapper = std::make_unique<IncrementalMapper>(unposed, alone)};
  if (!start.mapper->Initialize(seed)) return {};
  start.mapper->RegisterFrames(options.start_frames, {});
  start.mapper->AdjustGlobally();
  start.posed = start.mapper->map().PosedCount();
  start.consensus = start.mapper->Consensus();
  const Camera& camera = start.mapper->map().cameras[0];
  LogVerbose(Text("mapping: frames ", seed.a, " and ", seed.b, " grow to ", start.posed, ", consensus ",
                  Fixed(start.consensus, 3), ", focal ",
                  Fixed(camera.focal_px / std::max(camera.width, camera.height), 3)));
  return start;
}

int InlierCount(const sparse::SparseMap& map) {
  int count = 0;
  for (const sparse::MapPoint& point : map.points) {
    if (!point.valid) continue;
    count += static_cast<int>(std::count_if(point.track.begin(), point.track.end(),
                                            [](const sparse::MapObservation& seen) { return seen.inlier; }));
  }
  return count;
}

// Clearly more frames, or about as many that agree better.
bool Better(const sparse::SparseMap& a, const sparse::SparseMap& b) {
  const int margin = static_cast<int>(a.frames.size()) / 30;
  const int more = a.PosedCount() - b.PosedCount();
  if (std::abs(more) > margin) return more > 0;
  return InlierCount(a) > InlierCount(b);
}

bool Contains(const sparse::SparseMap& map, const InitialPair& seed) {
  return map.frames[seed.a].posed && map.frames[seed.b].posed;
}

}  // namespace

Result<sparse::SparseMap> MapFromSeveralStarts(const sparse::SparseMap& unposed,
                                               const std::vector<features::FeatureSet>& features,
                                               const std::vector<matching::TwoView>& pairs,
                                               const IncrementalOptions& options,
                                               const Progress& progress) {
  const std::vector<InitialPair> seeds =
      FindInitialPairs(unposed, features, pairs, {.seed = options.seed, .threads = options.threads});
  if (seeds.empty())
    return Fail(ErrorCode::kInsufficientData, kNoParallax,
                "walk round the item instead of turning on the spot, and move sideways between frames");
  const int frames = static_cast<int>(unposed.frames.size());
  const std::vector<InitialPair> spread = SpreadSeeds(seeds, frames, options.starts);
  std::vector<Start> starts(spread.size());
  if (!Report(progress, "mapping", 0)) return Cancelled();
  ParallelFor(spread.size(), options.threads,
              [&](std::size_t i) { starts[i] = TrySeed(unposed, spread[i], options); });
  // A wrong turn later on shows only in the finished map: the best starts are grown side by side.
  std::stable_sort(starts.begin(), starts.end(),
                   [](const Start& p, const Start& q) { return p.Worth() > q.Worth(); });
  if (static_cast<int>(starts.size()) > options.finished_starts) starts.resize(options.finished_starts);
  std::vector<char> stopped(starts.size(), 0);
  ParallelFor(starts.size(), options.threads, [&](std::size_t i) {
    if (starts[i].mapper)
      stopped[i] = starts[i].mapper->RegisterFrames(frames, i == 0 ? progress : Progress{}) ? 0 : 1;
  });
  if (std::count(stopped.begin(), stopped.end(), 1) > 0) return Cancelled();
  sparse::SparseMap best = unposed;
  for (Start& start : starts) {
    if (!start.mapper) continue;
    LogVerbose(Text("mapping: a start ends with ", start.mapper->map().PosedCount(), " frames, ",
                    InlierCount(start.mapper->map()), " inliers"));
    if (Better(start.mapper->map(), best)) best = start.mapper->Take();
  }
  starts.clear();
  // While frames stay out: pairs that the maps so far do not hold.
  sparse::SparseMap base = unposed;
  base.cameras = best.cameras;
  int maps = 1;
  for (const InitialPair& seed : seeds) {
    if (best.PosedCount() == frames || maps >= options.max_maps) break;
    if (Contains(best, seed)) continue;
    ++maps;
    IncrementalMapper mapper(base, options);
    if (mapper.Initialize(seed) && !mapper.RegisterFrames(frames, progress)) return Cancelled();
    if (Better(mapper.map(), best)) best = mapper.Take();
  }
  if (best.PosedCount() < 3)
    return Fail(ErrorCode::kInsufficientData, "no three frames agree on where the item is",
                "move more slowly, so that neighbouring frames show the same sides of the item");
  return best;
}

}  // namespace rv::incremental
