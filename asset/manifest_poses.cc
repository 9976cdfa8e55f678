#include "asset/manifest_poses.h"

#include <cmath>

namespace rv::asset {

Eigen::Vector3d ParseVector(const JsonNode& node, std::string_view key) {
  const std::vector<double> v = node.Numbers(key, 3);
  return {v[0], v[1], v[2]};
}

namespace {

PosedFrame ParsePosedFrame(const JsonNode& node, std::size_t cameras, const ReadOptions& limits) {
  PosedFrame frame{.name = node.Text("name"),
                   .width = node.Int("width", 0, limits.max_side_px),
                   .height = node.Int("height", 0, limits.max_side_px),
                   .posed = node.Flag("posed")};
  if (frame.posed) frame.cam_from_world = ParseRigid(node.Object("cam_from_world"));
  frame.camera = node.Int("camera", -1, kMaxInt);
  if (frame.posed && (frame.camera < 0 || static_cast<std::size_t>(frame.camera) >= cameras))
    node.Refuse("camera", "is not one of the cameras");
  frame.inliers = node.Int("inliers", 0, kMaxInt);
  frame.mean_error_px = node.Number("mean_error_px", 0);
  frame.reason = node.Text("reason");
  return frame;
}

}  // namespace

Rigid3 ParseRigid(const JsonNode& node) {
  const JsonNode q = node.Object("rotation");
  Rigid3 rigid;
  rigid.rotation = Eigen::Quaterniond(q.Number("w"), q.Number("x"), q.Number("y"), q.Number("z"));
  rigid.translation = ParseVector(node, "translation");
  if (std::abs(rigid.rotation.norm() - 1.0) > 1e-6) node.Refuse("rotation", "is not of unit length");
  return rigid;
}

Camera ParseCamera(const JsonNode& node, const ReadOptions& limits) {
  return {.width = node.Int("width", 1, limits.max_side_px),
          .height = node.Int("height", 1, limits.max_side_px),
          .focal_px = node.Number("focal_px", 1e-9),
          .cx_px = node.Number("cx_px"),
          .cy_px = node.Number("cy_px"),
          .k1 = node.Number("k1"),
          .k2 = node.Number("k2")};
}

FrameId ParseFrame(const JsonNode& node, std::size_t source_count) {
  const auto last = static_cast<std::int64_t>(source_count) - 1;
  if (last < 0) node.Refuse("frame", "refers to a source, and there are none");
  return FrameId{static_cast<std::uint32_t>(node.Integer("frame", 0, last))};
}

Orbit ParseOrbit(const JsonNode& node, std::size_t source_count, const ReadOptions& limits) {
  Orbit orbit;
  orbit.center = ParseVector(node, "center");
  orbit.up = ParseVector(node, "up");
  orbit.radius = node.Number("radius", 0);
  orbit.subject_radius = node.Number("subject_radius", 0);
  orbit.arc = node.Number("arc");
  orbit.closed = node.Flag("closed");
  orbit.clockwise = node.Flag("clockwise");
  orbit.loops = node.Number("loops");
  node.Each("frames", limits.max_sources, [&](const JsonNode& frame, std::size_t) {
    orbit.frames.push_back({.frame = ParseFrame(frame, source_count),
                            .azimuth = frame.Number("azimuth"),
                            .unwrapped_azimuth = frame.Number("unwrapped_azimuth"),
                            .elevation = frame.Number("elevation"),
                            .radius = frame.Number("radius", 0),
                            .on_ring = frame.Flag("on_ring")});
  });
  node.Each("gaps", limits.max_sources, [&](const JsonNode& gap, std::size_t) {
    orbit.gaps.push_back(
        {.from_azimuth = gap.Number("from_azimuth"), .to_azimuth = gap.Number("to_azimuth")});
  });
  return orbit;
}

Reconstruction ParseReconstruction(const JsonNode& node,
                                   std::size_t source_count,
                                   const ReadOptions& limits) {
  Reconstruction reconstruction{.turntable = node.Flag("turntable"), .mapper = node.Text("mapper")};
  node.Each("cameras", limits.max_sources, [&](const JsonNode& camera, std::size_t) {
    reconstruction.cameras.push_back(ParseCamera(camera, limits));
  });
  node.Each("frames", limits.max_sources, [&](const JsonNode& frame, std::size_t) {
    reconstruction.frames.push_back(ParsePosedFrame(frame, reconstruction.cameras.size(), limits));
  });
  if (node.ok() && reconstruction.frames.size() != source_count)
    node.Refuse("frames", "has another length than the sources");
  const JsonNode stats = node.Object("stats");
  reconstruction.stats = {
      .posed_frames = stats.Int("posed_frames", 0, kMaxInt),
      .observations = static_cast<std::size_t>(stats.Integer("observations", 0, kMaxInt64)),
      .mean_error_px = stats.Number("mean_error_px", 0),
      .median_error_px = stats.Number("median_error_px", 0),
      .median_track_length = stats.Number("median_track_length", 0)};
  return reconstruction;
}

}  // namespace rv::asset
