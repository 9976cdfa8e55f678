#include "convert/colmap_reconstruction.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "base/statistics.h"

namespace rv::convert {

std::string ColmapFrameName(std::size_t index) {
  char name[32];
  std::snprintf(name, sizeof(name), "%06zu.jpg", index);
  return name;
}

namespace {

// Copies poses: reconstruction.frames[i] is that of ColmapFrameName(i). Returns our frame of each COLMAP
// image.
std::map<std::uint32_t, FrameId> TakePoses(const Sweep& sweep,
                                           const ColmapModel& model,
                                           Reconstruction& out) {
  std::map<std::uint32_t, int> camera_index;
  for (const auto& [id, camera] : model.cameras) {
    camera_index[id] = static_cast<int>(out.cameras.size());
    out.cameras.push_back(camera);
  }
  std::map<std::string, std::size_t> frame_of_name;
  for (std::size_t i = 0; i < sweep.frames.size(); ++i) {
    const SweepFrame& frame = sweep.frames[i];
    frame_of_name[ColmapFrameName(i)] = i;
    out.frames.push_back({.name = frame.name,
                          .width = frame.image.width,
                          .height = frame.image.height,
                          .reason = "not in COLMAP's largest model"});
  }
  std::map<std::uint32_t, FrameId> frame_of_image;
  for (const auto& [id, image] : model.images) {
    const auto found = frame_of_name.find(image.name);
    if (found == frame_of_name.end()) continue;
    PosedFrame& frame = out.frames[found->second];
    frame.posed = true;
    frame.cam_from_world = image.cam_from_world;
    frame.camera = camera_index.at(image.camera_id);
    frame.reason.clear();
    frame_of_image[id] = FrameId{static_cast<std::uint32_t>(found->second)};
  }
  return frame_of_image;
}

// Copies points and tracks, and sums up the residuals by frame and over all.
void TakePoints(const ColmapModel& model,
                const std::map<std::uint32_t, FrameId>& frame_of_image,
                Reconstruction& out) {
  std::vector<double> errors, lengths;
  for (const auto& [id, from] : model.points) {
    Point point{.position = from.position, .rgb = from.rgb, .mean_error_px = from.mean_error_px};
    for (const auto& element : from.track) {
      const auto found = frame_of_image.find(element.image_id);
      if (found == frame_of_image.end()) continue;
      PosedFrame& frame = out.frames[found->second.value];
      const Eigen::Vector2d& pixel = model.images.at(element.image_id).features[element.feature].pixel;
      point.track.push_back({found->second, pixel});
      const auto projected = out.cameras[frame.camera].Project(frame.cam_from_world * from.position);
      const double error = projected ? (*projected - pixel).norm() : from.mean_error_px;
      ++frame.inliers;
      frame.mean_error_px += error;
      errors.push_back(error);
    }
    if (point.track.size() < 2) continue;
    lengths.push_back(static_cast<double>(point.track.size()));
    out.points.push_back(std::move(point));
  }
  for (PosedFrame& frame : out.frames) {
    if (frame.inliers > 0) frame.mean_error_px /= frame.inliers;
    out.stats.posed_frames += frame.posed ? 1 : 0;
  }
  out.stats.observations = errors.size();
  if (!errors.empty()) {
    out.stats.mean_error_px =
        std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(errors.size());
  }
  out.stats.median_error_px = UpperMedian(std::move(errors));
  out.stats.median_track_length = UpperMedian(std::move(lengths));
}

}  // namespace

Reconstruction FromColmap(const ColmapModel& model, const Sweep& sweep) {
  Reconstruction result;
  result.mapper = "colmap";
  TakePoints(model, TakePoses(sweep, model, result), result);
  return result;
}

}  // namespace rv::convert
