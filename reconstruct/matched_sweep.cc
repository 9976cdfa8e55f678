#include "reconstruct/matched_sweep.h"

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/parallel.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "reconstruct/camera_plan.h"
#include "reconstruct/features/work_image.h"
#include "reconstruct/matching/spot_turn.h"

namespace rv {
namespace {

using features::FeatureSet;

struct WorkPictures {
  std::vector<Image> gray;
  std::vector<features::FeatureSet> features;
};

Result<WorkPictures> ReadFrames(const Sweep& sweep,
                                const ReconstructOptions& options,
                                const Progress& progress) {
  const std::size_t count = sweep.frames.size();
  WorkPictures work;
  work.gray.resize(count);
  work.features.resize(count);
  std::vector<std::optional<Error>> failed(count);
  constexpr std::size_t kBatch = 16;
  for (std::size_t begin = 0; begin < count; begin += kBatch) {
    if (!Report(progress, "features", static_cast<double>(begin) / count)) return Cancelled();
    ParallelFor(std::min(kBatch, count - begin), options.threads, [&](std::size_t i) {
      const SweepFrame& frame = sweep.frames[begin + i];
      Result<Image> gray = features::DecodeWorkImage(frame.image, options.work_side_px);
      if (!gray) {
        failed[begin + i] = gray.error();
        return;
      }
      work.features[begin + i] = features::ExtractFeatures(*gray, Image{}, {});
      work.gray[begin + i] = *std::move(gray);
    });
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (failed[i])
      return Fail(failed[i]->code, sweep.frames[i].name + ": " + failed[i]->message, failed[i]->remedy);
  }
  if (!Report(progress, "features", 1)) return Cancelled();
  return work;
}

Result<matching::PairMatches> MatchFrames(const std::vector<Image>& pictures,
                                          std::vector<features::FeatureSet>& features,
                                          const ReconstructOptions& options,
                                          const Progress& progress) {
  std::vector<int> sides;
  for (const Image& gray : pictures) sides.push_back(std::max(gray.width, gray.height));
  matching::PairMatchingOptions matching;
  matching.threads = options.threads;
  matching.two_view.seed = options.seed;
  const auto densify = [&](std::vector<features::FeatureSet>& sets, const std::vector<int>& frames) {
    LogVerbose(Text("matching: more features for ", frames.size(), " weak frames"));
    const features::FeatureOptions dense{
        .max_features = 5000, .detect_side_px = 1200, .contrast_threshold = 0.004};
    ParallelFor(frames.size(), options.threads, [&](std::size_t i) {
      sets[frames[i]] = features::ExtractFeatures(pictures[frames[i]], Image{}, dense);
    });
  };
  return matching::MatchPairs(features, sides, densify, matching, progress);
}

}  // namespace

Result<MatchedSweep> MatchSweep(const Sweep& sweep,
                                const ReconstructOptions& options,
                                const Progress& progress) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  if (sweep.frames.size() < 2)
    return Fail(ErrorCode::kInsufficientData, "one picture has no parallax",
                "film or photograph the item all round");
  Stopwatch watch;
  Result<WorkPictures> work = ReadFrames(sweep, options, progress);
  if (!work) return Forward(work);
  MatchedSweep matched;
  matched.features_s = watch.Lap();
  Result<matching::PairMatches> pairs = MatchFrames(work->gray, work->features, options, progress);
  if (!pairs) return Forward(pairs);
  matched.matching_s = watch.Lap();
  LogVerbose(Text("matching: ", pairs->pairs.size(), " pairs",
                  (pairs->static_background ? ", the background stands still" : "")));

  CameraPlan plan = PlanCameras(sweep, work->gray, work->features, pairs->pairs);
  if (!pairs->static_background) {
    const matching::SpotTurn turn =
        matching::ExplainByRotation(work->features, pairs->pairs, plan.cameras, plan.camera_of);
    matched.turned_on_the_spot = matching::TurnsOnTheSpot(turn);
    LogVerbose(Text("turning on the spot explains ", Fixed(100 * turn.explained, 0), " % of ", turn.pairs,
                    " pairs"));
  }
  matched.gray = std::move(work->gray);
  matched.features = std::move(work->features);
  matched.matches = *std::move(pairs);
  matched.cameras = std::move(plan.cameras);
  matched.camera_of = std::move(plan.camera_of);
  matched.focal_known = plan.focal_known;
  matched.camera_known = plan.camera_known;
  return matched;
}

}  // namespace rv
