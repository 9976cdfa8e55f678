#include "reconstruct/matched_sweep.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/log.h"
#include "base/parallel.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "reconstruct/features/work_image.h"
#include "reconstruct/matching/focal.h"

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

// One camera per picture size: frames of one size share intrinsics.
struct CameraPlan {
  std::vector<Camera> cameras;  // at work size
  std::vector<int> camera_of;   // by frame
  bool focal_known = false;
  bool camera_known = false;
};

CameraPlan PlanCameras(const Sweep& sweep, const std::vector<Image>& gray) {
  CameraPlan plan;
  std::map<std::pair<int, int>, int> by_size;
  std::vector<std::vector<double>> priors;
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) {
    const Image& work = gray[i];
    const auto [at, added] =
        by_size.try_emplace({work.width, work.height}, static_cast<int>(plan.cameras.size()));
    if (added) {
      plan.cameras.push_back(
          Camera::Simple(work.width, work.height, 1.1 * std::max(work.width, work.height)));
      priors.emplace_back();
    }
    plan.camera_of.push_back(at->second);
    const SweepFrame& frame = sweep.frames[i];
    if (frame.focal_prior_px)
      priors[at->second].push_back(*frame.focal_prior_px * work.width / frame.image.width);
  }
  plan.focal_known = true;
  for (std::size_t c = 0; c < plan.cameras.size(); ++c) {
    if (priors[c].empty()) {
      plan.focal_known = false;
      continue;
    }
    std::nth_element(priors[c].begin(), priors[c].begin() + static_cast<std::ptrdiff_t>(priors[c].size() / 2),
                     priors[c].end());
    plan.cameras[c].focal_px = priors[c][priors[c].size() / 2];
  }
  if (sweep.camera_known && sweep.camera && plan.cameras.size() == 1) {
    plan.cameras[0] = sweep.camera->Scaled(plan.cameras[0].width, plan.cameras[0].height);
    plan.camera_known = plan.focal_known = true;
  }
  return plan;
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

  CameraPlan plan = PlanCameras(sweep, work->gray);
  if (!plan.focal_known) {
    const matching::FocalEstimate focal = matching::EstimateFocal(pairs->pairs, plan.cameras, plan.camera_of);
    for (Camera& camera : plan.cameras) camera.focal_px = focal.ratio * std::max(camera.width, camera.height);
    LogVerbose(Text("focal estimate: ", Fixed(focal.ratio, 3), " of the longer side"));
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
