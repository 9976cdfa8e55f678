#include "reconstruct/sparse/sparse_map.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace rv::sparse {

int SparseMap::PosedCount() const {
  return static_cast<int>(
      std::count_if(frames.begin(), frames.end(), [](const MapFrame& f) { return f.posed; }));
}

std::optional<double> SparseMap::Error(const MapPoint& point, const MapObservation& seen) const {
  const MapFrame& frame = frames[seen.frame];
  if (!frame.posed) return std::nullopt;
  const auto px = cameras[frame.camera].Project(frame.cam_from_world * point.position);
  if (!px) return std::nullopt;
  return (*px - seen.px).norm();
}

double SparseMap::ParallaxAngle(const MapPoint& point) const {
  std::vector<Eigen::Vector3d> rays;
  for (const MapObservation& seen : point.track) {
    if (seen.inlier && frames[seen.frame].posed)
      rays.push_back((point.position - frames[seen.frame].cam_from_world.Origin()).normalized());
  }
  double smallest_cosine = 1;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    for (std::size_t j = i + 1; j < rays.size(); ++j)
      smallest_cosine = std::min(smallest_cosine, rays[i].dot(rays[j]));
  }
  return std::acos(std::clamp(smallest_cosine, -1.0, 1.0));
}

SparseMap MakeMap(const std::vector<features::FeatureSet>& features,
                  const std::vector<matching::FeatureTrack>& tracks,
                  const std::vector<Camera>& cameras,
                  const std::vector<int>& camera_of) {
  RV_CHECK_EQ(features.size(), camera_of.size());
  SparseMap map;
  map.cameras = cameras;
  map.frames.resize(features.size());
  for (std::size_t f = 0; f < features.size(); ++f) map.frames[f].camera = camera_of[f];
  for (const matching::FeatureTrack& track : tracks) {
    MapPoint point;
    for (const matching::TrackElement& e : track) {
      const float scale = features[e.frame].scale_px[e.feature];
      map.frames[e.frame].sees.push_back(
          {static_cast<int>(map.points.size()), static_cast<int>(point.track.size())});
      point.track.push_back({.frame = e.frame, .px = features[e.frame].px[e.feature], .scale_px = scale});
    }
    map.points.push_back(std::move(point));
  }
  return map;
}

}  // namespace rv::sparse
