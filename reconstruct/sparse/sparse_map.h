// The growing map: cameras, frame poses, points and what each frame sees. Plain data shared by the stages of
// mapping; all pixels are work px of the frame's own work picture.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/tracks.h"
#include "scene/geometry.h"

namespace rv::sparse {

struct MapObservation {
  int frame = 0;
  Eigen::Vector2d px;
  float scale_px = 1;    // SIFT sigma of the feature
  float sigma_px = 1;    // standard deviation expected of px
  bool inlier = false;   // used by bundle adjustment
  bool refined = false;  // px was moved to sub-pixel agreement with the point's reference patch
};

struct MapPoint {
  bool valid = false;                                  // `position` is triangulated
  Eigen::Vector3d position = Eigen::Vector3d::Zero();  // in world
  std::vector<MapObservation> track;                   // by frame, at most one per frame
};

struct ObservationRef {
  int point = 0;
  int slot = 0;  // index into MapPoint::track
};

struct MapFrame {
  bool posed = false;
  Rigid3 cam_from_world;
  int camera = 0;
  std::vector<ObservationRef> sees;
};

struct SparseMap {
  std::vector<Camera> cameras;
  std::vector<MapFrame> frames;
  std::vector<MapPoint> points;

  const Camera& CameraOf(int frame) const { return cameras[frames[frame].camera]; }
  int PosedCount() const;
  // Reprojection error in px; empty when the point is behind the camera or the frame has no pose.
  std::optional<double> Error(const MapPoint& point, const MapObservation& seen) const;
  // Largest angle in radians between two rays of the point's inlier observations.
  double ParallaxAngle(const MapPoint& point) const;
};

// Joins tracks and frames into an unposed map. `camera_of[frame]` indexes `cameras`.
SparseMap MakeMap(const std::vector<features::FeatureSet>& features,
                  const std::vector<matching::FeatureTrack>& tracks,
                  const std::vector<Camera>& cameras,
                  const std::vector<int>& camera_of);

}  // namespace rv::sparse
