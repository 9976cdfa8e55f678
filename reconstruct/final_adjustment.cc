#include "reconstruct/final_adjustment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "reconstruct/bundle_adjustment.h"
#include "reconstruct/map_upkeep.h"
#include "reconstruct/track_refinement.h"
#include "scene/log.h"
#include "scene/parallel.h"

namespace rv::internal {
namespace {

struct Adjustment {
  bool principal_point = false;
  double loss_scale = 1;
  int iterations = 15;
  int budget_per_frame = 0;
  double tolerance = 1e-4;
};

// One step of narrowing the loss, and the outliers that go after it.
struct Narrowing {
  double loss_scale = 1;
  double max_error_px = 1;
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
  if (!summary)  // the solver gives up only on a map that holds together nowhere
    return Fail(ErrorCode::kInsufficientData, "the camera positions contradict each other",
                "film slower and steadily, with more of the item's details in view");
  LogVerbose("bundle: " + std::to_string(summary->observations) + " observations, cost " +
             std::to_string(summary->initial_cost) + " -> " + std::to_string(summary->final_cost) + " in " +
             std::to_string(summary->iterations));
  return summary;
}

// Points outside a budget stay where they were while the cameras move: they follow, then outliers go.
void FollowAndFilter(SparseMap& map, double max_error_px, const MapperOptions& options) {
  PolishPoints(map, options.threads);
  FilterMap(map, max_error_px, options.upkeep.min_angle_rad, options.threads);
}

// Does the data overrule the prior that the principal point is the picture's centre? Freed, it always fits a
// little better, since it absorbs silhouettes, rolling shutter and other errors that tracks share. So the
// gain is counted as if each frame had only `kIndependentPerFrame` independent observations, and must exceed
// what the displacement costs under the prior (a Laplace approximation of the two models' evidence). Leaves
// `map` as the better of the two has it.
bool SettlePrincipalPoint(SparseMap& map, const MapperOptions& options) {
  constexpr double kMaxErrorPx = 1.5;
  constexpr double kIndependentPerFrame = 40;
  constexpr double kTwoParameters = 2;  // Akaike's price of the two numbers that are fitted
  constexpr double kPriorSigma =
      0.007;  // of the longer side: how far phones' and crops' centres usually are off
  constexpr int kBudget = 100;
  std::array<SparseMap, 2> models{map, map};  // centred, free
  std::array<BundleSummary, 2> fits;
  std::array<bool, 2> solved{};
  ParallelFor(models.size(), options.threads, [&](std::size_t i) {
    const auto fit =
        Adjust(models[i], options,
               {.principal_point = i == 1, .iterations = 20, .budget_per_frame = kBudget, .tolerance = 3e-5});
    solved[i] = fit.has_value();
    if (fit) fits[i] = *fit;
  });
  if (!solved[0] || !solved[1]) return false;
  double displacement = 0;
  for (const Camera& camera : models[1].cameras) {
    const double sigma = kPriorSigma * std::max(camera.width, camera.height);
    displacement +=
        Eigen::Vector2d(camera.cx_px - camera.width / 2.0, camera.cy_px - camera.height / 2.0).squaredNorm() /
        (sigma * sigma);
  }
  const double share =
      std::min(1.0, kIndependentPerFrame * map.PosedCount() / std::max(1, fits[1].observations));
  const double gain = share * (fits[0].final_cost - fits[1].final_cost);
  LogVerbose("principal point: gain " + std::to_string(gain) + ", prior cost " +
             std::to_string(displacement / 2));
  const bool off = gain > displacement / 2 + kTwoParameters;
  map = std::move(models[off ? 1 : 0]);
  FollowAndFilter(map, kMaxErrorPx, options);
  return off;
}

}  // namespace

Status AdjustFinally(SparseMap& map,
                     const std::vector<Image>& grey,
                     const MapperOptions& options,
                     const Progress& progress) {
  constexpr int kBudget = 250;
  for (int round = 0; round < 2; ++round) {
    if (!Report(progress, "mapping", 0.8 + 0.03 * round)) return Cancelled();
    RetriangulateMap(map, options.upkeep.max_error_px, options.upkeep.min_angle_rad, options.threads);
    const auto summary =
        Adjust(map, options, {.loss_scale = 2, .iterations = 12, .budget_per_frame = kBudget});
    if (!summary) return Forward(summary);
    FollowAndFilter(map, options.upkeep.max_error_px, options);
    DropUnsupportedFrames(map, options.upkeep);
    if (PoseRemainingFrames(map, options.upkeep) == 0) break;
  }
  if (!Report(progress, "mapping", 0.86)) return Cancelled();
  RefineTracks(map, grey, {.threads = options.threads});
  // Refined observations are several of their sigmas off at first. A narrow Cauchy loss takes them all for
  // outliers and creeps; narrowed in steps it converges in a few iterations each.
  constexpr std::array<Narrowing, 2> kNarrowings{
      {{.loss_scale = 8, .max_error_px = 2.5}, {.loss_scale = 3, .max_error_px = 1.5}}};
  for (const Narrowing& step : kNarrowings) {
    const auto summary =
        Adjust(map, options,
               {.loss_scale = step.loss_scale, .iterations = 7, .budget_per_frame = 200, .tolerance = 1e-3});
    if (!summary) return Forward(summary);
    FollowAndFilter(map, step.max_error_px, options);
  }
  if (!Report(progress, "mapping", 0.91)) return Cancelled();
  const bool off_centre = !options.camera_known && SettlePrincipalPoint(map, options);
  if (!Report(progress, "mapping", 0.95)) return Cancelled();
  const auto last = Adjust(map, options, {.principal_point = off_centre, .iterations = 12});
  if (!last) return Forward(last);
  DropUnsupportedFrames(map, options.upkeep);
  return {};
}

}  // namespace rv::internal
