#include "reconstruct/sparse_map.h"

#include <algorithm>
#include <cmath>

namespace rv::internal {

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

}  // namespace rv::internal
