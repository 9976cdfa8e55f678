// Incremental mapping of a sweep. Two views of an orbit say next to nothing about the focal length, since
// their optical axes meet (Sturm, "On Focal Length Calibration from Two Views", CVPR 2001), and a few
// near-parallel views have a second, wrong solution. So several initial pairs are grown to a dozen frames
// each, which fixes the focal length, and the starts that explain their frames best are grown to the end.
#pragma once

#include <cstdint>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/features/features.h"
#include "reconstruct/matching/tracks.h"
#include "reconstruct/matching/two_view.h"
#include "reconstruct/sparse/map_filtering.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::incremental {

struct IncrementalOptions {
  sparse::MapFilteringOptions filtering;
  double growth_per_bundle = 1.3;  // bundle adjustment each time the map has grown by this factor
  int growth_budget = 120;         // observations per frame in those
  int starts = 3;                  // initial pairs that are grown to `start_frames`
  int start_frames = 16;
  int finished_starts = 3;    // of these the best are grown to the end, side by side
  int max_maps = 3;           // grown to the end while frames stay out
  bool focal_known = false;   // true: the focal of the cameras is calibrated or from metadata
  bool camera_known = false;  // true: nothing of the cameras is refined
  std::uint64_t seed = 0;
  int threads = 0;
};

// Grows `unposed` from the best initial pairs and returns the map with most posed frames. kInsufficientData
// when no pair shows parallax, kCancelled when `progress` stops it.
Result<sparse::SparseMap> MapFromSeveralStarts(const sparse::SparseMap& unposed,
                                               const std::vector<features::FeatureSet>& features,
                                               const std::vector<matching::TwoView>& pairs,
                                               const IncrementalOptions& options,
                                               const Progress& progress);

}  // namespace rv::incremental
