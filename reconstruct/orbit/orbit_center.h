// The subject's center: the robust nearest point to all optical axes, refined by a mean shift over the sparse
// points that are seen near the picture centers.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "scene/reconstruction.h"

namespace rv::orbit {

struct SubjectEstimate {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();  // in world
  double radius = 0;                                 // of the sphere round the center that holds the subject
  double camera_distance = 0;                        // median distance of the cameras to the center
  bool ok = false;                                   // false: the axes meet nowhere in front of the cameras
};

// Indices of the frames that have a pose, ascending.
std::vector<int> PosedFrames(const Reconstruction& reconstruction);

// `point_weights`: one factor in [0, 1] for each point (the share of its observations on the subject's
// matte), or empty when no matte is known.
SubjectEstimate EstimateSubject(const Reconstruction& reconstruction,
                                const std::vector<double>& point_weights);

}  // namespace rv::orbit
