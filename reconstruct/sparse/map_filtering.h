// Keeping a growing map sound: which observations are inliers, which points are triangulated, which frames
// the map supports.
#pragma once

#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

struct MapFilteringOptions {
  double max_error_px = 4;       // observations further off are outliers while the map grows
  double min_angle_rad = 0.026;  // smallest parallax of a point, 1.5 degrees
  int min_visible = 12;          // points that a frame must see
  // of a frame's observations that must agree with its pose, else it is dropped
  double min_support_share = 0.3;
  int threads = 0;
};

// After `frame` got its pose: its observations of known points become inliers or not, and points that now
// have two posed views are triangulated.
void TriangulateFrame(SparseMap& map, int frame, const MapFilteringOptions& options);

// Marks observations within `max_error_px` as inliers, others not; drops points that end with fewer than two
// or with too little parallax. Returns how many inlier observations remain.
int FilterMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads);

// Triangulates again every point that is not valid. Returns how many became valid.
int RetriangulateMap(SparseMap& map, double max_error_px, double min_angle_rad, int threads);

// Moves every point to where its inlier observations agree best; cameras stand still. For points that a
// bundle adjustment within a budget left where they were.
void RefinePoints(SparseMap& map, int threads);

// Takes the pose from frames that the map does not support: too few inliers, or most observations off.
// Returns how many.
int DropUnsupportedFrames(SparseMap& map, const MapFilteringOptions& options);

// One more try for frames without a pose, against the finished map. Returns how many were posed.
int PoseRemainingFrames(SparseMap& map, const MapFilteringOptions& options);

}  // namespace rv::sparse
