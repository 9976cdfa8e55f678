#include "bench/picture/truth.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "asset/rview_picture.h"
#include "base/text.h"

namespace rv::picture {
namespace {

namespace fs = std::filesystem;

std::string NumberName(std::size_t index) {
  char text[24];
  std::snprintf(text, sizeof text, "%04zu", index);
  return text;
}

std::string Stem(const std::string& name) { return fs::path(name).stem().string(); }

Result<EncodedImage> ReadEncodedPng(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EncodedImage encoded{.format = "png", .bytes = {std::istreambuf_iterator<char>(in), {}}};
  const auto size = asset::ReadPictureSize(encoded.bytes, "png");
  if (!size) return Fail(ErrorCode::kNotFound, "cannot read " + file.string());
  encoded.width = size->width;
  encoded.height = size->height;
  return encoded;
}

}  // namespace

Result<TrueCameras> CamerasInScene(const RotatingView& view, const GroundTruth& truth) {
  if (!view.reconstruction || !view.view_camera)
    return Fail(ErrorCode::kInsufficientData, Text("tier ", static_cast<int>(view.tier), ": no poses"));
  std::vector<Eigen::Vector3d> mine, theirs;
  for (const auto& [name, pose] : truth.poses)
    for (const PosedFrame& frame : view.reconstruction->frames)
      if (frame.posed && Stem(frame.name) == Stem(name)) {
        mine.push_back(frame.cam_from_world.Origin());
        theirs.push_back(pose.cam_from_world.Origin());
      }
  if (mine.size() < 3) return Fail(ErrorCode::kInsufficientData, "fewer than three frames have a truth");
  const auto columns = [](const std::vector<Eigen::Vector3d>& points) {
    return Eigen::Matrix3Xd(Eigen::Map<const Eigen::Matrix3Xd>(points.front().data(), 3,
                                                               static_cast<Eigen::Index>(points.size())));
  };
  const Similarity to_scene = AlignPoints(columns(mine), columns(theirs));
  TrueCameras out{.subject = truth.subject.value_or(Eigen::Vector3d::Zero()),
                  .scene_from_world_scale = to_scene.scale};
  for (const View& stop : view.views) {
    const Eigen::Quaterniond object_from_world = view.object_from_world.rotation;
    const Eigen::Vector3d center_world =
        object_from_world.conjugate() *
        (stop.cam_from_object->Origin() - view.object_from_world.translation) / view.object_from_world_scale;
    const Eigen::Matrix3d cam_from_scene =
        (stop.cam_from_object->rotation * object_from_world).toRotationMatrix() *
        to_scene.rotation.transpose();
    const Eigen::Vector3d center = to_scene.scale * (to_scene.rotation * center_world) + to_scene.translation;
    out.cam_from_scene.push_back(
        {Eigen::Quaterniond(cam_from_scene).normalized(), -(cam_from_scene * center)});
  }
  return out;
}

Status WriteCameras(const TrueCameras& cameras, const Camera& camera, const fs::path& file) {
  nlohmann::ordered_json json{{"w", camera.width},       {"h", camera.height}, {"fl_x", camera.focal_px},
                              {"fl_y", camera.focal_px}, {"cx", camera.cx_px}, {"cy", camera.cy_px}};
  for (std::size_t i = 0; i < cameras.cam_from_scene.size(); ++i) {
    const Rigid3 scene_from_cam = cameras.cam_from_scene[i].Inverse();
    Eigen::Matrix3d axes = scene_from_cam.rotation.toRotationMatrix();
    axes.rightCols<2>() *= -1;  // OpenGL's
    nlohmann::ordered_json rows;
    for (int r = 0; r < 3; ++r)
      rows.push_back({axes(r, 0), axes(r, 1), axes(r, 2), scene_from_cam.translation[r]});
    rows.push_back({0, 0, 0, 1});
    json["frames"].push_back({{"file_path", NumberName(i) + ".png"}, {"transform_matrix", rows}});
  }
  std::ofstream out(file);
  out << json.dump();
  if (!out.flush()) return Fail(ErrorCode::kInternal, "cannot write " + file.string());
  return {};
}

Result<Image> ReadPng(const fs::path& file, int channels) {
  const Result<EncodedImage> encoded = ReadEncodedPng(file);
  if (!encoded) return Forward(encoded);
  return Decode(*encoded, channels);
}

Result<Raster16> ReadPng16(const fs::path& file) {
  const Result<EncodedImage> encoded = ReadEncodedPng(file);
  if (!encoded) return Forward(encoded);
  return DecodePng16(*encoded);
}

Result<TrueView> ReadTrueView(const fs::path& folder, std::size_t index) {
  const std::string name = NumberName(index) + ".png";
  Result<Image> picture = ReadPng(folder / "images" / name, 3);
  if (!picture) return Forward(picture);
  Result<Image> matte = ReadPng(folder / "matte" / name, 1);
  if (!matte) return Forward(matte);
  return TrueView{std::move(*picture), std::move(*matte)};
}

}  // namespace rv::picture
