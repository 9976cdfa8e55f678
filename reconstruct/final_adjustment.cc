#include "reconstruct/final_adjustment.h"

#include <cstdlib>

#include "reconstruct/track_refinement.h"
#include "scene/log.h"

namespace rv::internal {
namespace {

Status Adjust(SparseMap& map, const MapperOptions& options, bool principal_point, double loss_scale, int iterations) {
  BundleOptions bundle;
  bundle.refine_focal = bundle.refine_distortion = !options.camera_known;
  bundle.refine_principal_point = principal_point && !options.camera_known;
  bundle.focal_sigma = options.focal_known ? 0.1 : 0;
  bundle.loss_scale = loss_scale;
  bundle.max_iterations = iterations;
  if (const char* s = std::getenv("PP_SIGMA")) bundle.principal_point_sigma = std::atof(s);
  const auto summary = AdjustBundle(map, bundle);
  if (!summary) return Forward(summary);
  LogVerbose("bundle: " + std::to_string(summary->observations) + " observations, cost " +
             std::to_string(summary->initial_cost) + " -> " + std::to_string(summary->final_cost) + " in " +
             std::to_string(summary->iterations));
  return {};
}

}  // namespace

Status AdjustFinally(SparseMap& map,
                     const std::vector<Image>& grey,
                     const MapperOptions& options,
                     const Progress& progress) {
  for (int round = 0; round < 2; ++round) {
    if (!Report(progress, "mapping", 0.8 + 0.03 * round)) return Cancelled();
    RetriangulateMap(map, options.max_error_px, options.min_angle_rad, options.threads);
    if (const Status s = Adjust(map, options, false, 2, 15); !s) return s;
    FilterMap(map, round == 0 ? options.max_error_px : 0.75 * options.max_error_px, options.min_angle_rad,
              options.threads);
    if (PoseRemainingFrames(map, options) == 0 && round > 0) break;
  }
  if (!std::getenv("NO_REFINE")) {
    if (!Report(progress, "mapping", 0.88)) return Cancelled();
    RefineTracks(map, grey, {.threads = options.threads});
    if (const Status s = Adjust(map, options, false, 2, 15); !s) return s;
    FilterMap(map, 2.5, options.min_angle_rad, options.threads);
  }
  if (!Report(progress, "mapping", 0.95)) return Cancelled();
  return Adjust(map, options, true, 1, 40);
}

}  // namespace rv::internal
