#include "tests/support/write/clean_views.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/safe_name.h"
#include "base/text.h"
#include "tests/support/write/sweep_files.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kLeastSide = 16, kMostSide = 8192;

// A number of the frame, else of the file, else `fallback`.
double NumberOf(const json& frame, const json& all, const char* key, double fallback) {
  for (const json* from : {&frame, &all})
    if (from->contains(key)) return from->at(key).get<double>();
  return fallback;
}

Result<Camera> ReadCamera(const json& frame, const json& all) {
  const auto number = [&](const char* key, double fallback = NAN) {
    return NumberOf(frame, all, key, fallback);
  };
  Camera camera;
  const double width = number("w"), height = number("h");
  if (!(width >= kLeastSide && width <= kMostSide && height >= kLeastSide && height <= kMostSide))
    return Fail(ErrorCode::kCorrupt, Text("w and h must be given, from ", kLeastSide, " to ", kMostSide));
  camera = Camera::Simple(static_cast<int>(width), static_cast<int>(height), number("fl_x"));
  if (!(std::isfinite(camera.focal_px) && camera.focal_px > 0))
    return Fail(ErrorCode::kCorrupt, "fl_x must be given, more than 0");
  if (std::abs(number("fl_y", camera.focal_px) - camera.focal_px) > 1e-6 * camera.focal_px)
    return Fail(ErrorCode::kUnsupported, "fl_x and fl_y differ", "give square pixels");
  if (number("p1", 0) != 0 || number("p2", 0) != 0)
    return Fail(ErrorCode::kUnsupported, "p1 and p2 are not 0", "give cameras with radial distortion alone");
  camera.cx_px = number("cx", camera.cx_px);
  camera.cy_px = number("cy", camera.cy_px);
  camera.k1 = number("k1", 0);
  camera.k2 = number("k2", 0);
  return camera;
}

Result<Rigid3> ReadPose(const json& matrix) {
  Eigen::Matrix<double, 3, 4> rows;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 4; ++c)
      rows(r, c) = matrix.at(static_cast<std::size_t>(r)).at(static_cast<std::size_t>(c)).get<double>();
  Eigen::Matrix3d object_from_cam = rows.leftCols<3>();
  object_from_cam.rightCols<2>() *= -1;  // OpenGL's axes
  const Eigen::Matrix3d off = object_from_cam.transpose() * object_from_cam - Eigen::Matrix3d::Identity();
  if (!rows.allFinite() || off.norm() > 1e-4 || object_from_cam.determinant() < 0)
    return Fail(ErrorCode::kCorrupt, "transform_matrix is no rotation and translation");
  return Rigid3{Eigen::Quaterniond(object_from_cam).normalized(), rows.col(3)}.Inverse();
}

Result<NamedCamera> ReadFrame(const json& frame, const json& all) {
  NamedCamera out{.name = fs::path(frame.at("file_path").get<std::string>()).stem().string()};
  if (!IsSafeName(out.name)) return Fail(ErrorCode::kCorrupt, "file_path names no file");
  const Result<Camera> camera = ReadCamera(frame, all);
  if (!camera) return Forward(camera);
  const Result<Rigid3> pose = ReadPose(frame.at("transform_matrix"));
  if (!pose) return Forward(pose);
  out.camera = *camera;
  out.cam_from_object = *pose;
  return out;
}

}  // namespace

Result<std::vector<NamedCamera>> ReadCameras(const fs::path& transforms_json) {
  std::ifstream file(transforms_json);
  if (!file) return Fail(ErrorCode::kNotFound, "cannot read " + transforms_json.string());
  const json parsed = json::parse(file, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("frames") || !parsed["frames"].is_array())
    return Fail(ErrorCode::kCorrupt, transforms_json.string() + " is no transforms.json",
                "give an object with \"frames\"");
  std::vector<NamedCamera> out;
  std::set<std::string> names;
  for (const json& frame : parsed["frames"]) {
    const std::string where = Text(transforms_json.string(), ", frame ", out.size(), ": ");
    try {
      const Result<NamedCamera> read = ReadFrame(frame, parsed);
      if (!read) return Fail(read.error().code, where + read.error().message, read.error().remedy);
      if (!names.insert(read->name).second)
        return Fail(ErrorCode::kCorrupt, where + "the name " + read->name + " comes twice");
      out.push_back(*read);
    } catch (const json::exception&) {
      return Fail(ErrorCode::kCorrupt,
                  where + "file_path, transform_matrix or a number is missing or no such");
    }
  }
  if (out.empty()) return Fail(ErrorCode::kCorrupt, transforms_json.string() + " has no frames");
  return out;
}

Status WriteCleanViews(const SyntheticSweep& sweep,
                       const std::vector<NamedCamera>& cameras,
                       const fs::path& folder,
                       const Progress& progress) {
  if (fs::exists(folder / "meta.json"))
    return Fail(ErrorCode::kInvalidArgument, folder.string() + " holds a sweep", "name another folder");
  std::error_code failed;
  fs::create_directories(folder / "images", failed);
  if (failed) return Fail(ErrorCode::kInternal, "cannot create " + folder.string() + ": " + failed.message());
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    if (!Report(progress, "render", static_cast<double>(i) / cameras.size())) return Cancelled();
    const NamedCamera& at = cameras[i];
    const CleanView view = sweep.RenderFrom(at.camera, at.cam_from_object);
    if (const Status s = WriteImage(folder / "images" / (at.name + ".png"), EncodePng(view.picture)); !s)
      return Forward(s);
    if (const Status s = WriteRasters(view.truth, folder, at.name); !s) return Forward(s);
  }
  return {};
}

}  // namespace rv
