#include "reconstruct/incremental/final_adjustment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "base/parallel.h"
#include "base/text.h"
#include "reconstruct/sparse/bundle_adjustment.h"
#include "reconstruct/sparse/map_filtering.h"
#include "reconstruct/sparse/principal_point.h"
#include "reconstruct/sparse/track_refinement.h"

namespace rv::incremental {
namespace {

constexpr int kBudgetPerFrame = 200;

struct Adjustment {
  bool principal_point = false;
  std::vector<Eigen::Vector2d> center_sigma_px = {};  // prior on it, by camera; empty: a loose one
  double loss_scale = 1;
  int iterations = 15;
  int budget_per_frame = 0;
  double tolerance = 1e-4;
};

// One step of an annealed robust loss, and the outliers that go after it.
struct LossStep {
  double loss_scale = 1;
  double max_error_px = 1;
};

Result<sparse::BundleSummary> Adjust(sparse::SparseMap& map,
                                     const IncrementalOptions& options,
                                     const Adjustment& how) {
  sparse::BundleOptions bundle;
  bundle.refine_focal = bundle.refine_distortion = !options.camera_known;
  bundle.refine_principal_point = how.principal_point;
  bundle.principal_point_sigma_px = how.center_sigma_px;
  bundle.focal_sigma = options.focal_known ? 0.1 : 0;
  bundle.loss_scale = how.loss_scale;
  bundle.max_iterations = how.iterations;
  bundle.budget_per_frame = how.budget_per_frame;
  bundle.function_tolerance = how.tolerance;
  const auto summary = sparse::AdjustBundle(map, bundle);
  if (!summary)  // the solver gives up only on a map that holds together nowhere
    return Fail(ErrorCode::kInsufficientData, "the camera positions contradict each other",
                "let neighbouring pictures show more of the same details of the item");
  LogVerbose(Text("bundle: ", summary->observations, " observations, cost ", Fixed(summary->initial_cost, 3),
                  " -> ", Fixed(summary->final_cost, 3), " in ", summary->iterations));
  return summary;
}

// Points outside a budget stay where they were while the cameras move: they follow, then outliers go.
void FollowAndFilter(sparse::SparseMap& map, double max_error_px, const IncrementalOptions& options) {
  sparse::RefinePoints(map, options.threads);
  sparse::FilterMap(map, max_error_px, options.filtering.min_angle_rad, options.threads);
}

// Frees the principal points where more speaks for displaced ones than chance and the prior explain (a
// Laplace approximation of the two models' evidence). `map` was adjusted last with `step`. Returns what later
// adjustments have to know: whether they are free, and their priors.
Result<Adjustment> SelectPrincipalPointModel(sparse::SparseMap& map,
                                             const LossStep& step,
                                             const IncrementalOptions& options) {
  if (options.camera_known) return Adjustment{};
  const auto weighed = sparse::TestPrincipalPoints(map, step.loss_scale);
  if (!weighed) {  // the map is as good as it was: not a reason to refuse it
    LogVerbose("principal point: stays, " + weighed.error().message);
    return Adjustment{};
  }
  LogVerbose(Text("principal point: evidence ", Fixed(weighed->evidence, 3), ", penalty ",
                  Fixed(weighed->penalty, 3)));
  if (weighed->evidence <= weighed->penalty) return Adjustment{};
  sparse::SparseMap free = map;
  const auto summary = Adjust(free, options,
                              {.principal_point = true,
                               .loss_scale = step.loss_scale,
                               .iterations = 15,
                               .budget_per_frame = kBudgetPerFrame});
  if (!summary) return Forward(summary);
  if (weighed->evidence <= weighed->penalty + sparse::PrincipalPointPriorCost(free)) return Adjustment{};
  FollowAndFilter(free, step.max_error_px, options);
  auto sigmas = sparse::PrincipalPointPriorSigmas(free, step.loss_scale);
  if (!sigmas) {
    LogVerbose("principal point: stays, " + sigmas.error().message);
    return Adjustment{};
  }
  map = std::move(free);
  return Adjustment{.principal_point = true, .center_sigma_px = *std::move(sigmas)};
}

}  // namespace

Status AdjustFinally(sparse::SparseMap& map,
                     const std::vector<Image>& gray,
                     const IncrementalOptions& options,
                     const Progress& progress) {
  constexpr int kBudget = 250;
  for (int round = 0; round < 2; ++round) {
    if (!Report(progress, "mapping", 0.8 + 0.03 * round)) return Cancelled();
    sparse::RetriangulateMap(map, options.filtering.max_error_px, options.filtering.min_angle_rad,
                             options.threads);
    const auto summary =
        Adjust(map, options, {.loss_scale = 2, .iterations = 12, .budget_per_frame = kBudget});
    if (!summary) return Forward(summary);
    FollowAndFilter(map, options.filtering.max_error_px, options);
    sparse::DropUnsupportedFrames(map, options.filtering);
    if (sparse::PoseRemainingFrames(map, options.filtering) == 0) break;
  }
  if (!Report(progress, "mapping", 0.86)) return Cancelled();
  sparse::RefineTracks(map, gray, {.threads = options.threads});
  // Refined observations are several of their sigmas off at first. A narrow Cauchy loss takes them all for
  // outliers and creeps; narrowed in steps it converges in a few iterations each.
  constexpr std::array<LossStep, 2> kLossSchedule{
      {{.loss_scale = 8, .max_error_px = 2.5}, {.loss_scale = 3, .max_error_px = 1.5}}};
  for (const LossStep& step : kLossSchedule) {
    const auto summary = Adjust(map, options,
                                {.loss_scale = step.loss_scale,
                                 .iterations = 7,
                                 .budget_per_frame = kBudgetPerFrame,
                                 .tolerance = 1e-3});
    if (!summary) return Forward(summary);
    FollowAndFilter(map, step.max_error_px, options);
  }
  if (!Report(progress, "mapping", 0.91)) return Cancelled();
  const auto model = SelectPrincipalPointModel(map, kLossSchedule.back(), options);
  if (!model) return Forward(model);
  if (!Report(progress, "mapping", 0.95)) return Cancelled();
  // What is left by now has heavy tails: the narrowest loss last.
  Adjustment last = *model;
  last.iterations = 7;
  last.budget_per_frame = kBudgetPerFrame;
  last.tolerance = 1e-3;
  if (const auto summary = Adjust(map, options, last); !summary) return Forward(summary);
  last = *model;
  last.loss_scale = 0.5;
  last.iterations = 12;
  if (const auto summary = Adjust(map, options, last); !summary) return Forward(summary);
  sparse::DropUnsupportedFrames(map, options.filtering);
  return {};
}

}  // namespace rv::incremental
