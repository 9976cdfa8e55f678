// The point X in world that minimizes the reprojection error over its observations: a robust search over
// pairs of rays (midpoint), then Gauss-Newton on all that agree (Hartley and Sturm, "Triangulation", 1997).
#pragma once

#include "reconstruct/sparse/sparse_map.h"

namespace rv::sparse {

struct TriangulationOptions {
  double max_error_px = 4;
  double min_angle_rad = 0.02;  // between the two rays that see the point from furthest apart
};

enum class TriangulationOutcome {
  kOk,
  kTooFewViews,   // fewer than two posed frames
  kSmallAngle,    // all rays nearly parallel
  kInconsistent,  // no position that two views agree on in front of them
};

// Sets position, valid and the inlier flags of posed observations. On failure the point becomes invalid.
TriangulationOutcome TriangulatePoint(const SparseMap& map,
                                      MapPoint& point,
                                      const TriangulationOptions& options);

// Moves a point to where its inlier observations agree best while all cameras stand still: three Gauss-Newton
// steps with Cauchy weights on the pinhole part of the projection; distortion changes slowly and is taken as
// locally constant.
void RefinePosition(const SparseMap& map, MapPoint& point);

}  // namespace rv::sparse
