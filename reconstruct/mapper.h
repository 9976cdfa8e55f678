// Incremental mapping of a sweep: an initial pair, then frame by frame the one that sees most of the map, with
// bundle adjustment as it grows (Schoenberger and Frahm, "Structure-from-Motion Revisited", CVPR 2016, is the
// model; ours is specialised for one object, one shared lens and ordered frames).
#pragma once

#include <cstdint>
#include <vector>

#include "reconstruct/bundle_adjustment.h"
#include "reconstruct/initial_pair.h"
#include "reconstruct/sparse_map.h"
#include "reconstruct/tracks.h"
#include "scene/progress.h"

namespace rv::internal {

struct MapperOptions {
  double max_error_px = 4;        // observations further off are outliers while the map grows
  double min_angle_rad = 0.026;   // smallest parallax of a point, 1.5 degrees
  int min_visible = 12;           // points a frame must see to be tried
  double min_support_share = 0.3;  // of a frame's observations that must agree with its pose, else it is dropped
  double growth_per_bundle = 1.3;   // bundle adjustment each time the map has grown by this factor
  int growth_budget = 120;        // observations per frame in those
  int max_seeds = 3;              // initial pairs tried when frames stay out
  bool focal_known = false;       // true: the focal of the cameras is calibrated or from metadata
  bool camera_known = false;      // true: nothing of the cameras is refined
  std::uint64_t seed = 0;
  int threads = 0;
};

// Joins tracks and frames into an unposed map. `camera_of[frame]` indexes `cameras`.
SparseMap MakeMap(const std::vector<FeatureSet>& features,
                  const std::vector<FeatureTrack>& tracks,
                  const std::vector<Camera>& cameras,
                  const std::vector<int>& camera_of);

// Grows `map` from the best seeds and returns the one with most posed frames. kInsufficientData when no pair
// shows parallax.
Result<SparseMap> GrowMap(const SparseMap& unposed,
                          const std::vector<FeatureSet>& features,
                          const std::vector<TwoView>& pairs,
                          const MapperOptions& options,
                          const Progress& progress);

// Marks observations within `max_error_px` as inliers, others not; drops points that end with fewer than two
// or with too little parallax. Returns how many inlier observations remain.
int FilterMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads);

// Triangulates again every point that is not valid. Returns how many became valid.
int RetriangulateMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads);

// Takes the pose from frames that the map does not support: too few inliers, or most observations off.
// Returns how many.
int DropUnsupportedFrames(SparseMap& map, const MapperOptions& options);

// One more try for frames without a pose, against the finished map. Returns how many were posed.
int PoseRemainingFrames(SparseMap& map, const MapperOptions& options);

}  // namespace rv::internal
