#include "reconstruct/incremental/mapper.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/parallel.h"
#include "reconstruct/incremental/incremental_mapper.h"
#include "reconstruct/incremental/initial_pair.h"

namespace rv::incremental {
namespace {

struct Trial {
  std::unique_ptr<IncrementalMapper> grower;  // none: the pair gave no map
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

Trial TrySeed(const sparse::SparseMap& unposed, const InitialPair& seed, const IncrementalOptions& options) {
  IncrementalOptions alone = options;  // the trials themselves run side by side
  alone.threads = alone.filtering.threads = 1;
  Trial trial{.grower = std::make_unique<IncrementalMapper>(unposed, alone)};
  if (!trial.grower->Initialize(seed)) return {};
  trial.grower->RegisterFrames(options.trial_frames, {});
  trial.grower->Settle();
  trial.posed = trial.grower->map().PosedCount();
  trial.consensus = trial.grower->Consensus();
  const Camera& camera = trial.grower->map().cameras[0];
  LogVerbose("mapping: frames " + std::to_string(seed.a) + " and " + std::to_string(seed.b) + " grow to " +
             std::to_string(trial.posed) + ", consensus " + std::to_string(trial.consensus) + ", focal " +
             std::to_string(camera.focal_px / std::max(camera.width, camera.height)));
  return trial;
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
    return Fail(ErrorCode::kInsufficientData, "no two frames show the item from clearly different sides",
                "walk round the item instead of turning on the spot, and move sideways between frames");
  const int frames = static_cast<int>(unposed.frames.size());
  const std::vector<InitialPair> spread = SpreadSeeds(seeds, frames, options.trials);
  std::vector<Trial> trials(spread.size());
  if (!Report(progress, "mapping", 0)) return Cancelled();
  ParallelFor(spread.size(), options.threads,
              [&](std::size_t i) { trials[i] = TrySeed(unposed, spread[i], options); });
  // A wrong turn later on shows only in the finished map: the best trials are grown side by side.
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Trial& p, const Trial& q) { return p.Worth() > q.Worth(); });
  if (static_cast<int>(trials.size()) > options.finished_trials) trials.resize(options.finished_trials);
  std::vector<char> stopped(trials.size(), 0);
  ParallelFor(trials.size(), options.threads, [&](std::size_t i) {
    if (trials[i].grower)
      stopped[i] = trials[i].grower->RegisterFrames(frames, i == 0 ? progress : Progress{}) ? 0 : 1;
  });
  if (std::count(stopped.begin(), stopped.end(), 1) > 0) return Cancelled();
  sparse::SparseMap best = unposed;
  for (Trial& trial : trials) {
    if (!trial.grower) continue;
    LogVerbose("mapping: a trial ends with " + std::to_string(trial.grower->map().PosedCount()) +
               " frames, " + std::to_string(InlierCount(trial.grower->map())) + " inliers");
    if (Better(trial.grower->map(), best)) best = trial.grower->Take();
  }
  trials.clear();
  // While frames stay out: pairs that the maps so far do not hold.
  sparse::SparseMap base = unposed;
  base.cameras = best.cameras;
  int maps = 1;
  for (const InitialPair& seed : seeds) {
    if (best.PosedCount() == frames || maps >= options.max_maps) break;
    if (Contains(best, seed)) continue;
    ++maps;
    IncrementalMapper grower(base, options);
    if (grower.Initialize(seed) && !grower.RegisterFrames(frames, progress)) return Cancelled();
    if (Better(grower.map(), best)) best = grower.Take();
  }
  if (best.PosedCount() < 3)
    return Fail(ErrorCode::kInsufficientData, "no three frames agree on where the item is",
                "move more slowly, so that neighbouring frames show the same sides of the item");
  return best;
}

}  // namespace rv::incremental
