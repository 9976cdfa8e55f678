// Scores of camera poses against ground truth: the figures of the bench. They agree with the reference scorer
// (tests/bench/reference_test.cc holds them against it).
#pragma once

#include <Eigen/Core>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scene/geometry.h"

namespace rv {

// A posed picture. `camera.focal_px` is sqrt(fx fy); 0 when unknown. Lengths are in a world of its own.
struct ScoredPose {
  Rigid3 cam_from_world;
  Camera camera;
};
using PoseMap = std::map<std::string, ScoredPose>;  // by picture name

struct GroundTruth {
  PoseMap poses;
  // center of the subject in world; else the point that the axes meet
  std::optional<Eigen::Vector3d> subject;
};

struct PoseScores {
  int images = 0;      // pictures with ground truth
  int registered = 0;  // of these, with an estimate
  double registered_pct = 0;
  // Area under the recall curve up to 1, 3, 5 and 10 degrees, in %, over all pairs of ground-truth pictures;
  // a pair's error is the larger of its relative rotation's and its translation direction's (the latter
  // ignored where the true baseline is below 1 % of the radius). A missing picture counts as an infinite
  // error.
  double auc1 = 0;
  double auc3 = 0;
  double auc5 = 0;
  double auc10 = 0;
  // After the similarity that aligns the camera centers best; empty with fewer than 3 registered pictures.
  std::optional<double> ate_pct;  // RMSE of the centers in % of the mean distance to the subject's center
  std::optional<double> rotation_rmse_deg;
  std::optional<double> focal_error_pct;  // signed median of estimate / truth - 1
};

// Names are matched by file name without folder, then without extension.
PoseScores ScorePoses(const GroundTruth& truth, const PoseMap& estimate);

// Exact integral of the recall curve of `errors` (any order, may hold infinities) from 0 to `threshold`, in %
// of `threshold`; recall is interpolated linearly between errors. 0 for no errors.
double AreaUnderRecall(std::vector<double> errors, double threshold);

// The point with the least squared distance to all optical axes, in world. Needs two axes that are not
// parallel.
Eigen::Vector3d LookAtPoint(const std::vector<Rigid3>& cams_from_world);

// b = scale * rotation * a + translation, least squares over the columns (Umeyama, PAMI 1991).
struct Similarity {
  double scale = 1;
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Eigen::Vector3d translation = Eigen::Vector3d::Zero();
};
Similarity AlignPoints(const Eigen::Matrix3Xd& a, const Eigen::Matrix3Xd& b);

}  // namespace rv
