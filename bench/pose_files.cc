#include "bench/pose_files.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"

namespace rv {
namespace {

using nlohmann::json;

Eigen::Matrix3d Matrix(const json& rows) {
  Eigen::Matrix3d m;
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) m(r, c) = rows.at(r).at(c).get<double>();
  }
  return m;
}

Eigen::Vector3d Vector(const json& values) {
  // A column may be written as [[x], [y], [z]].
  const auto at = [&](int i) { return values.at(i).is_array() ? values.at(i).at(0) : values.at(i); };
  return {at(0).get<double>(), at(1).get<double>(), at(2).get<double>()};
}

ScoredPose TruePose(const json& entry) {
  ScoredPose pose;
  pose.cam_from_world = {Eigen::Quaterniond(Matrix(entry.at("R"))).normalized(), Vector(entry.at("t"))};
  pose.camera.width = entry.value("width", 0);
  pose.camera.height = entry.value("height", 0);
  if (entry.contains("K")) {
    const Eigen::Matrix3d k = Matrix(entry.at("K"));
    pose.camera.focal_px = std::sqrt(k(0, 0) * k(1, 1));
    pose.camera.cx_px = k(0, 2);
    pose.camera.cy_px = k(1, 2);
  }
  return pose;
}

// Where the parameters of a COLMAP camera model stand; k = number of radial terms.
struct ModelLayout {
  const char* name;
  std::size_t focals;
  std::size_t radial;
  std::size_t params;
};
constexpr ModelLayout kLayouts[] = {{"SIMPLE_PINHOLE", 1, 0, 3},
                                    {"PINHOLE", 2, 0, 4},
                                    {"SIMPLE_RADIAL", 1, 1, 4},
                                    {"RADIAL", 1, 2, 5},
                                    {"OPENCV", 2, 2, 8}};

Result<Camera> ParseCamera(const std::string& model,
                           int width,
                           int height,
                           const std::vector<double>& params) {
  for (const ModelLayout& layout : kLayouts) {
    if (model != layout.name) continue;
    if (params.size() != layout.params) break;
    Camera camera{.width = width, .height = height};
    camera.focal_px = layout.focals == 2 ? std::sqrt(params[0] * params[1]) : params[0];
    camera.cx_px = params[layout.focals];
    camera.cy_px = params[layout.focals + 1];
    if (layout.radial > 0) camera.k1 = params[layout.focals + 2];
    if (layout.radial > 1) camera.k2 = params[layout.focals + 3];
    return camera;
  }
  return Fail(ErrorCode::kUnsupported, Text("camera model ", model, " with ", params.size(),
                                            " parameters is not one the bench reads"));
}

Result<std::map<int, Camera>> ReadCameras(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Fail(ErrorCode::kNotFound, "cannot open " + file.string());
  std::map<int, Camera> cameras;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    int id = 0;
    int width = 0;
    int height = 0;
    std::string model;
    if (!(fields >> id >> model >> width >> height)) {
      return Fail(ErrorCode::kCorrupt, file.string() + ": cannot read the line '" + line + "'");
    }
    std::vector<double> params;
    for (double value = 0; fields >> value;) params.push_back(value);
    Result<Camera> camera = ParseCamera(model, width, height, params);
    if (!camera) return Forward(camera);
    cameras[id] = *camera;
  }
  return cameras;
}

}  // namespace

Result<GroundTruth> ReadGroundTruth(const std::filesystem::path& json_file) {
  std::ifstream in(json_file);
  if (!in) return Fail(ErrorCode::kNotFound, "cannot open " + json_file.string());
  std::string entry = "the file";
  try {
    const json document = json::parse(in);
    GroundTruth truth;
    for (const auto& [name, value] : document.at("images").items()) {
      entry = name;
      truth.poses[name] = TruePose(value);
    }
    if (document.contains("subject")) truth.subject = Vector(document.at("subject"));
    return truth;
  } catch (const json::exception& e) {
    return Fail(ErrorCode::kCorrupt, json_file.string() + ", " + entry + ": " + e.what());
  }
}

Result<PoseMap> ReadColmapPoses(const std::filesystem::path& folder) {
  const Result<std::map<int, Camera>> cameras = ReadCameras(folder / "cameras.txt");
  if (!cameras) return Forward(cameras);
  const std::filesystem::path file = folder / "images.txt";
  std::ifstream in(file);
  if (!in) return Fail(ErrorCode::kNotFound, "cannot open " + file.string());
  PoseMap poses;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    int id = 0;
    int camera_id = 0;
    Eigen::Quaterniond q;
    ScoredPose pose;
    Eigen::Vector3d& t = pose.cam_from_world.translation;
    std::string name;
    fields >> id >> q.w() >> q.x() >> q.y() >> q.z() >> t.x() >> t.y() >> t.z() >> camera_id >> std::ws;
    const bool ok = static_cast<bool>(std::getline(fields, name));
    const auto camera = cameras->find(camera_id);
    if (!ok || name.empty() || camera == cameras->end()) {
      return Fail(ErrorCode::kCorrupt, file.string() + ": cannot read the line '" + line.substr(0, 80) + "'");
    }
    pose.cam_from_world.rotation = q.normalized();
    pose.camera = camera->second;
    poses[name] = pose;
    std::getline(in, line);  // the picture's observations, maybe an empty line
  }
  return poses;
}

}  // namespace rv
