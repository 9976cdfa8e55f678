#include "capture/transforms_file.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace rv {
namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kMostBytes = 64U << 20;

tl::unexpected<Error> Bad(const std::filesystem::path& path, const std::string& why) {
  return Fail(ErrorCode::kCorrupt, path.filename().string() + ": " + why,
              "export the poses again, or convert without them");
}

std::optional<double> Number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// world_from_cam in OpenGL axes to cam_from_world in ours; empty when the matrix is not rigid.
std::optional<Rigid3> ReadPose(const Json& matrix) {
  if (!matrix.is_array() || matrix.size() < 3) return std::nullopt;
  Eigen::Matrix<double, 3, 4> m;
  for (int r = 0; r < 3; ++r) {
    if (!matrix[r].is_array() || matrix[r].size() != 4) return std::nullopt;
    for (int c = 0; c < 4; ++c) {
      if (!matrix[r][c].is_number()) return std::nullopt;
      m(r, c) = matrix[r][c].get<double>();
    }
  }
  if (!m.allFinite()) return std::nullopt;
  Eigen::Matrix3d rotation = m.leftCols<3>();
  const double scale = std::cbrt(rotation.determinant());
  if (!(scale > 1e-6)) return std::nullopt;
  rotation /= scale;
  if ((rotation * rotation.transpose() - Eigen::Matrix3d::Identity()).norm() > 1e-2) return std::nullopt;
  rotation.col(1) *= -1;  // y up to y down
  rotation.col(2) *= -1;  // z backward to z forward
  const Rigid3 world_from_cam{Eigen::Quaterniond(rotation).normalized(), m.col(3)};
  return world_from_cam.Inverse();
}

// Pinhole with radial terms at the size that the file gives.
Result<std::optional<Camera>> ReadLens(const std::filesystem::path& path, const Json& root) {
  const std::string model = root.value("camera_model", std::string("OPENCV"));
  if (model.find("FISHEYE") != std::string::npos || model == "EQUIRECTANGULAR")
    return Fail(ErrorCode::kUnsupported,
                path.filename().string() + ": lens model " + model + " is not supported",
                "convert without the poses");
  const std::optional<double> w = Number(root, "w");
  const std::optional<double> h = Number(root, "h");
  std::optional<double> fx = Number(root, "fl_x");
  const std::optional<double> angle = Number(root, "camera_angle_x");
  if (!fx && angle && w && *angle > 0 && *angle < 3.1) fx = *w / (2 * std::tan(*angle / 2));
  if (!fx || !w || !h) return std::optional<Camera>();
  if (!(*fx > 0) || !(*w >= 1) || !(*h >= 1) || *w > 1e6 || *h > 1e6)
    return Bad(path, "the camera makes no sense");
  const double fy = Number(root, "fl_y").value_or(*fx);
  Camera camera = Camera::Simple(static_cast<int>(*w), static_cast<int>(*h), std::sqrt(*fx * std::abs(fy)));
  camera.cx_px = Number(root, "cx").value_or(camera.cx_px);
  camera.cy_px = Number(root, "cy").value_or(camera.cy_px);
  camera.k1 = Number(root, "k1").value_or(0);
  camera.k2 = Number(root, "k2").value_or(0);
  return std::optional(camera);
}

Result<Json> ReadJson(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error)
    return Fail(ErrorCode::kNotFound, path.string() + " cannot be read: " + error.message(),
                "check the name");
  if (size > kMostBytes) return Bad(path, "too large for a list of poses");
  std::ifstream file(path, std::ios::binary);
  Json root = Json::parse(file, nullptr, false);
  if (root.is_discarded() || !root.is_object()) return Bad(path, "not JSON");
  if (!root.contains("frames") || !root["frames"].is_array()) return Bad(path, "no list of frames");
  return root;
}

bool IsTangential(const Json& node) {
  return std::abs(Number(node, "p1").value_or(0)) > 1e-3 || std::abs(Number(node, "p2").value_or(0)) > 1e-3;
}

}  // namespace

Result<TransformsFile> ReadTransforms(const std::filesystem::path& path) try {
  const Result<Json> root = ReadJson(path);
  if (!root) return Forward(root);
  TransformsFile out;
  for (const Json& entry : (*root)["frames"]) {
    if (!entry.is_object() || !entry.contains("transform_matrix"))
      return Bad(path, "a frame has no transform_matrix");
    TransformsFrame frame{.file = entry.value("file_path", std::string()), .cam_from_world = {}, .lens = {}};
    const std::optional<Rigid3> pose = ReadPose(entry["transform_matrix"]);
    if (!pose) return Bad(path, "the pose of " + frame.file + " is not a rotation and a position");
    frame.cam_from_world = *pose;
    Result<std::optional<Camera>> lens = ReadLens(path, entry);
    if (!lens) return Forward(lens);
    frame.lens = *lens;
    out.tangential |= IsTangential(entry);
    out.frames.push_back(std::move(frame));
  }
  Result<std::optional<Camera>> lens = ReadLens(path, *root);
  if (!lens) return Forward(lens);
  out.lens = *lens;
  out.tangential |= IsTangential(*root);
  return out;
} catch (const nlohmann::json::exception& e) {
  return Bad(path, e.what());
}

}  // namespace rv
