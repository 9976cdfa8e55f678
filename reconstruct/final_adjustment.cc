#include "reconstruct/final_adjustment.h"

#include <algorithm>
#include <cmath>

#include "reconstruct/track_refinement.h"
#include "scene/log.h"

namespace rv::internal {
namespace {

struct Adjustment {
  bool principal_point = false;
  double loss_scale = 1;
  int iterations = 15;
  int budget_per_frame = 0;
  double tolerance = 1e-4;
};

Result<BundleSummary> Adjust(SparseMap& map, const MapperOptions& options, const Adjustment& how) {
  BundleOptions bundle;
  bundle.refine_focal = bundle.refine_distortion = !options.camera_known;
  bundle.refine_principal_point = how.principal_point;
  bundle.focal_sigma = options.focal_known ? 0.1 : 0;
  bundle.loss_scale = how.loss_scale;
  bundle.max_iterations = how.iterations;
  bundle.budget_per_frame = how.budget_per_frame;
  bundle.function_tolerance = how.tolerance;
  const auto summary = AdjustBundle(map, bundle);
  if (!summary) return Forward(summary);
  LogVerbose("bundle: " + std::to_string(summary->observations) + " observations, cost " +
             std::to_string(summary->initial_cost) + " -> " + std::to_string(summary->final_cost) + " in " +
             std::to_string(summary->iterations));
  return summary;
}

// Does the data overrule the prior that the principal point is the picture's centre? Freed, it always fits a
// little better, since it absorbs silhouettes, rolling shutter and other errors that tracks share. So the gain
// is counted as if each frame had only `kIndependentPerFrame` independent observations, and must exceed what
// the displacement costs under the prior (a Laplace approximation of the two models' evidence).
bool PrincipalPointIsOff(const SparseMap& map, const MapperOptions& options) {
  constexpr double kIndependentPerFrame = 40;
  constexpr double kTwoParameters = 2;      // Akaike's price of the two numbers that are fitted
  constexpr double kPriorSigma = 0.007; // of the longer side: how far phones' and crops' centres usually are off
  constexpr int kBudget = 100;
  SparseMap fixed = map;
  const auto fixed_cost = Adjust(fixed, options, {.iterations = 15, .budget_per_frame = kBudget, .tolerance = 3e-5});
  SparseMap free = fixed;
  const auto free_cost =
      Adjust(free, options, {.principal_point = true, .iterations = 15, .budget_per_frame = kBudget, .tolerance = 3e-5});
  if (!fixed_cost || !free_cost) return false;
  double displacement = 0;
  for (const Camera& camera : free.cameras) {
    const double sigma = kPriorSigma * std::max(camera.width, camera.height);
    displacement += Eigen::Vector2d(camera.cx_px - camera.width / 2.0, camera.cy_px - camera.height / 2.0).squaredNorm() /
                    (sigma * sigma);
  }
  const double share = std::min(1.0, kIndependentPerFrame * map.PosedCount() / std::max(1, free_cost->observations));
  const double gain = share * (fixed_cost->final_cost - free_cost->final_cost);
  LogVerbose("principal point: gain " + std::to_string(gain) + ", prior cost " + std::to_string(displacement / 2));
  return gain > displacement / 2 + kTwoParameters;
}

}  // namespace

Status AdjustFinally(SparseMap& map,
                     const std::vector<Image>& grey,
                     const MapperOptions& options,
                     const Progress& progress) {
  constexpr int kBudget = 250;
  for (int round = 0; round < 2; ++round) {
    if (!Report(progress, "mapping", 0.8 + 0.03 * round)) return Cancelled();
    RetriangulateMap(map, options.max_error_px, options.min_angle_rad, options.threads);
    const auto summary = Adjust(map, options, {.loss_scale = 2, .iterations = 12, .budget_per_frame = kBudget});
    if (!summary) return Forward(summary);
    FilterMap(map, options.max_error_px, options.min_angle_rad, options.threads);
    DropUnsupportedFrames(map, options);
    if (PoseRemainingFrames(map, options) == 0) break;
  }
  if (!Report(progress, "mapping", 0.86)) return Cancelled();
  RefineTracks(map, grey, {.threads = options.threads});
  if (const auto s = Adjust(map, options, {.loss_scale = 2, .budget_per_frame = kBudget}); !s) return Forward(s);
  FilterMap(map, 2.5, options.min_angle_rad, options.threads);
  if (const auto s = Adjust(map, options, {.iterations = 12}); !s) return Forward(s);
  FilterMap(map, 1.5, options.min_angle_rad, options.threads);
  if (!Report(progress, "mapping", 0.93)) return Cancelled();
  const bool off_centre = !options.camera_known && PrincipalPointIsOff(map, options);
  const auto last = Adjust(map, options, {.principal_point = off_centre, .iterations = 20, .tolerance = 1e-5});
  if (!last) return Forward(last);
  DropUnsupportedFrames(map, options);
  return {};
}

}  // namespace rv::internal
