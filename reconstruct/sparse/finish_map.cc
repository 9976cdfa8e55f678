#include "reconstruct/sparse/finish_map.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/statistics.h"
#include "reconstruct/sparse/unposed_frames.h"

namespace rv::sparse {
namespace {

struct FrameSums {
  int inliers = 0;
  double error = 0;
};

}  // namespace

Reconstruction FinishMap(const Sweep& sweep, const SparseMap& map) {
  Reconstruction out;
  const std::vector<UnposedCause> causes = FindUnposedCauses(sweep, map);
  std::map<std::pair<int, std::pair<int, int>>, int> camera_index;  // one per work camera and original size
  for (std::size_t f = 0; f < map.frames.size(); ++f) {
    const EncodedImage& image = sweep.frames[f].image;
    const Camera& work = map.CameraOf(static_cast<int>(f));
    const auto [at, added] = camera_index.try_emplace({map.frames[f].camera, {image.width, image.height}},
                                                      static_cast<int>(out.cameras.size()));
    if (added) out.cameras.push_back(work.Scaled(image.width, image.height));
    PosedFrame frame{.name = sweep.frames[f].name,
                     .width = image.width,
                     .height = image.height,
                     .posed = map.frames[f].posed,
                     .cam_from_world = map.frames[f].cam_from_world,
                     .camera = at->second};
    if (!frame.posed) frame.reason = UnposedReason(sweep, map, static_cast<int>(f), causes[f]);
    out.frames.push_back(std::move(frame));
  }
  std::vector<FrameSums> sums(map.frames.size());
  std::vector<double> errors, lengths;
  for (const MapPoint& point : map.points) {
    if (!point.valid) continue;
    Point p{.position = point.position};
    for (const MapObservation& seen : point.track) {
      if (!seen.inlier) continue;
      const PosedFrame& frame = out.frames[seen.frame];
      const Camera& work = map.CameraOf(seen.frame);
      const Eigen::Vector2d scale(static_cast<double>(frame.width) / work.width,
                                  static_cast<double>(frame.height) / work.height);
      const double error = map.Error(point, seen).value_or(0) * scale.mean();
      p.track.push_back({FrameId{static_cast<std::uint32_t>(seen.frame)}, seen.px.cwiseProduct(scale)});
      p.mean_error_px += error;
      errors.push_back(error);
      ++sums[seen.frame].inliers;
      sums[seen.frame].error += error;
    }
    if (p.track.size() < 2) continue;
    p.mean_error_px /= static_cast<double>(p.track.size());
    lengths.push_back(static_cast<double>(p.track.size()));
    out.points.push_back(std::move(p));
  }
  for (std::size_t f = 0; f < sums.size(); ++f) {
    out.frames[f].inliers = sums[f].inliers;
    out.frames[f].mean_error_px = sums[f].inliers > 0 ? sums[f].error / sums[f].inliers : 0;
    out.stats.posed_frames += out.frames[f].posed ? 1 : 0;
    out.stats.mean_error_px += sums[f].error;
  }
  out.stats.observations = errors.size();
  if (!errors.empty()) out.stats.mean_error_px /= static_cast<double>(errors.size());
  out.stats.median_error_px = UpperMedian(std::move(errors));
  out.stats.median_track_length = UpperMedian(std::move(lengths));
  return out;
}

}  // namespace rv::sparse
