#include <charconv>
#include <nlohmann/json.hpp>

#include "asset/manifest_parts.h"
#include "asset/rview_points.h"
#include "base/digest.h"
#include "base/parallel.h"

namespace rv {
namespace asset {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson VectorJson(const Eigen::Vector3d& v) { return OrderedJson::array({v.x(), v.y(), v.z()}); }

OrderedJson RigidJson(const Rigid3& rigid) {
  const Eigen::Quaterniond& q = rigid.rotation;
  return {{"rotation", {{"w", q.w()}, {"x", q.x()}, {"y", q.y()}, {"z", q.z()}}},
          {"translation", VectorJson(rigid.translation)}};
}

OrderedJson CameraJson(const Camera& c) {
  return {{"width", c.width}, {"height", c.height}, {"focal_px", c.focal_px},
          {"cx_px", c.cx_px}, {"cy_px", c.cy_px},   {"k1", c.k1},
          {"k2", c.k2}};
}

OrderedJson PictureJson(const EncodedImage& image, const std::string& file) {
  return {{"file", file}, {"format", image.format}, {"width", image.width}, {"height", image.height}};
}

OrderedJson TagsJson(const std::vector<TagValue>& tags) {
  OrderedJson out = OrderedJson::array();
  for (const TagValue& tag : tags)
    out.push_back({{"attribute", tag.attribute}, {"value", tag.value}, {"probability", tag.probability}});
  return out;
}

// As the shortest decimal that reads back to the same float.
OrderedJson FloatsJson(const std::vector<float>& values) {
  OrderedJson out = OrderedJson::array();
  for (const float value : values) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value);
    double shortest = value;
    std::from_chars(text, end.ptr, shortest);
    out.push_back(shortest);
  }
  return out;
}

OrderedJson ItemJson(const RotatingView& view) {
  OrderedJson out = {{"title", view.item_title}, {"tags", TagsJson(view.tags)}};
  if (!view.embedding.empty())
    out["embedding"] = {{"values", FloatsJson(view.embedding)}, {"code", view.code}};
  return out;
}

OrderedJson ViewJson(const View& view, std::size_t index) {
  OrderedJson out = {{"azimuth_deg", view.azimuth_deg}};
  if (view.cam_from_object) out["cam_from_object"] = RigidJson(*view.cam_from_object);
  for (const ViewPicture& picture : kViewPictures) {
    const EncodedImage& image = view.*picture.image;
    if (!image.format.empty() || picture.image == &View::image)
      out[std::string(picture.key)] = PictureJson(image, FileName(picture, index, image.format));
  }
  out["sources"] = OrderedJson::array();
  for (const ViewSource& source : view.sources)
    out["sources"].push_back({{"frame", source.frame.value}, {"label", source.label}});
  if (!view.tags.empty()) out["tags"] = TagsJson(view.tags);
  return out;
}

OrderedJson CoverageJson(const CoverageReceipt& coverage) {
  OrderedJson out = {{"arc_deg", coverage.arc_deg},
                     {"closed", coverage.closed},
                     {"clockwise_capture", coverage.clockwise_capture},
                     {"loops", coverage.loops},
                     {"spacing_deg", coverage.spacing_deg},
                     {"min_captured_share", coverage.min_captured_share}};
  out["gaps"] = OrderedJson::array();
  for (const auto& gap : coverage.gaps)
    out["gaps"].push_back({{"from_deg", gap.from_deg}, {"to_deg", gap.to_deg}});
  out["findings"] = coverage.findings;
  return out;
}

OrderedJson OrbitJson(const Orbit& orbit) {
  OrderedJson out = {
      {"center", VectorJson(orbit.center)},     {"up", VectorJson(orbit.up)}, {"radius", orbit.radius},
      {"subject_radius", orbit.subject_radius}, {"arc", orbit.arc},           {"closed", orbit.closed},
      {"clockwise", orbit.clockwise},           {"loops", orbit.loops}};
  out["frames"] = OrderedJson::array();
  for (const OrbitFrame& frame : orbit.frames)
    out["frames"].push_back({{"frame", frame.frame.value},
                             {"azimuth", frame.azimuth},
                             {"unwrapped_azimuth", frame.unwrapped_azimuth},
                             {"elevation", frame.elevation},
                             {"radius", frame.radius},
                             {"on_ring", frame.on_ring}});
  out["gaps"] = OrderedJson::array();
  for (const OrbitGap& gap : orbit.gaps)
    out["gaps"].push_back({{"from_azimuth", gap.from_azimuth}, {"to_azimuth", gap.to_azimuth}});
  return out;
}

OrderedJson PosedFrameJson(const PosedFrame& frame) {
  OrderedJson out = {
      {"name", frame.name}, {"width", frame.width}, {"height", frame.height}, {"posed", frame.posed}};
  if (frame.posed) out["cam_from_world"] = RigidJson(frame.cam_from_world);
  out["camera"] = frame.camera;
  out["inliers"] = frame.inliers;
  out["mean_error_px"] = frame.mean_error_px;
  out["reason"] = frame.reason;
  return out;
}

OrderedJson ReconstructionJson(const Reconstruction& reconstruction) {
  OrderedJson out = {{"mapper", reconstruction.mapper}, {"turntable", reconstruction.turntable}};
  out["cameras"] = OrderedJson::array();
  for (const Camera& camera : reconstruction.cameras) out["cameras"].push_back(CameraJson(camera));
  out["frames"] = OrderedJson::array();
  for (const PosedFrame& frame : reconstruction.frames) out["frames"].push_back(PosedFrameJson(frame));
  if (!reconstruction.points.empty())
    out["points"] = {{"file", kPointsName},
                     {"count", reconstruction.points.size()},
                     {"observations", CountObservations(reconstruction.points)}};
  const ReconstructionStats& stats = reconstruction.stats;
  out["stats"] = {{"posed_frames", stats.posed_frames},
                  {"observations", stats.observations},
                  {"mean_error_px", stats.mean_error_px},
                  {"median_error_px", stats.median_error_px},
                  {"median_track_length", stats.median_track_length}};
  return out;
}

OrderedJson SourceJson(const SourceFrame& source) {
  OrderedJson out = {{"name", source.name},
                     {"width", source.width},
                     {"height", source.height},
                     {"source_index", source.source_index},
                     {"time_s", source.time_s},
                     {"sharpness", source.sharpness},
                     {"used_in_view", source.used_in_view},
                     {"note", source.note}};
  for (const FramePicture& picture : kFramePictures) {
    const EncodedImage& image = source.*picture.image;
    if (!image.format.empty())
      out[std::string(picture.key)] = PictureJson(image, FileName(picture, source.name, image.format));
  }
  if (!source.matte.format.empty()) out["matte_confidence"] = source.matte_confidence;
  if (!source.depth.format.empty()) {
    out["depth_nearest"] = source.depth_nearest;
    out["depth_farthest"] = source.depth_farthest;
  }
  return out;
}

OrderedJson HotspotJson(const Hotspot& hotspot) {
  OrderedJson out = {{"position", VectorJson(hotspot.position)},
                     {"normal", VectorJson(hotspot.normal)},
                     {"text", hotspot.text}};
  if (hotspot.cam_from_object) out["cam_from_object"] = RigidJson(*hotspot.cam_from_object);
  return out;
}

OrderedJson InputJson(const InputRecord& input) {
  OrderedJson out = {{"name", input.name}};
  if (input.frames) {
    out["from"] = input.frames->from;
    out["to"] = input.frames->to;
  }
  out["state"] = InputStateName(input.state);
  out["reason"] = input.reason;
  return out;
}

OrderedJson FilesJson(std::span<const FileRecord> files) {
  OrderedJson out = OrderedJson::array();
  for (const FileRecord& file : files)
    out.push_back({{"name", file.name}, {"bytes", file.size}, {"sha256", file.sha256}});
  return out;
}

OrderedJson TextMapJson(const std::map<std::string, std::string>& map) {
  OrderedJson out = OrderedJson::object();
  for (const auto& [key, value] : map) out[key] = value;
  return out;
}

OrderedJson HeadJson(const RotatingView& view) {
  OrderedJson out = {{"format", "rview"},
                     {"version", {{"major", kRviewMajor}, {"minor", kRviewMinor}}},
                     {"tier", static_cast<int>(view.tier)},
                     {"tier_reason", view.tier_reason},
                     {"source", {{"name", view.source_name}, {"kind", view.source_kind}}},
                     {"item", ItemJson(view)},
                     {"width", view.width},
                     {"height", view.height}};
  if (view.view_camera) out["view_camera"] = CameraJson(*view.view_camera);
  out["coverage"] = CoverageJson(view.coverage);
  return out;
}

}  // namespace

std::string ManifestText(const RotatingView& view, std::span<const FileRecord> files) {
  OrderedJson out = HeadJson(view);
  out["views"] = OrderedJson::array();
  for (std::size_t i = 0; i < view.views.size(); ++i) out["views"].push_back(ViewJson(view.views[i], i));
  out["depth_unit"] = view.depth_unit;
  out["object_from_world"] = RigidJson(view.object_from_world);
  out["object_from_world"]["scale"] = view.object_from_world_scale;
  if (view.orbit) out["orbit"] = OrbitJson(*view.orbit);
  if (view.reconstruction) out["reconstruction"] = ReconstructionJson(*view.reconstruction);
  out["sources"] = OrderedJson::array();
  for (const SourceFrame& source : view.sources) out["sources"].push_back(SourceJson(source));
  if (!view.hotspots.empty()) out["hotspots"] = OrderedJson::array();
  for (const Hotspot& hotspot : view.hotspots) out["hotspots"].push_back(HotspotJson(hotspot));
  if (!view.inputs.empty()) out["inputs"] = OrderedJson::array();
  for (const InputRecord& input : view.inputs) out["inputs"].push_back(InputJson(input));
  out["options"] = TextMapJson(view.options);
  out["versions"] = TextMapJson(view.versions);
  out["files"] = FilesJson(files);
  // Notes may quote names in other encodings: what is no UTF-8 becomes U+FFFD.
  return out.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace asset

std::string ManifestJson(const RotatingView& view) {
  return asset::ManifestText(view, asset::RecordFiles(asset::PlanFiles(view)));
}

}  // namespace rv
