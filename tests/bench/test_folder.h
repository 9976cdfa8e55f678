// Files for the bench's tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/temp_folder.h"
#include "bench/pose_metrics.h"

namespace rv {

inline void WriteText(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

inline std::string ReadText(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Writes `poses` as a COLMAP text model with a camera of its own for each picture.
inline void WriteColmapModel(const PoseMap& poses, const std::filesystem::path& folder) {
  std::ostringstream cameras;
  std::ostringstream images;
  cameras.precision(17);
  images.precision(17);
  cameras << "# Camera list\n";
  images << "# Image list\n";
  int id = 0;
  for (const auto& [name, pose] : poses) {
    const Camera& c = pose.camera;
    const Eigen::Quaterniond& q = pose.cam_from_world.rotation;
    const Eigen::Vector3d& t = pose.cam_from_world.translation;
    ++id;
    cameras << id << " RADIAL " << c.width << ' ' << c.height << ' ' << c.focal_px << ' ' << c.cx_px << ' '
            << c.cy_px << ' ' << c.k1 << ' ' << c.k2 << '\n';
    images << id << ' ' << q.w() << ' ' << q.x() << ' ' << q.y() << ' ' << q.z() << ' ' << t.x() << ' '
           << t.y() << ' ' << t.z() << ' ' << id << ' ' << name << "\n\n";
  }
  WriteText(folder / "cameras.txt", cameras.str());
  WriteText(folder / "images.txt", images.str());
}

// The folder of the shared data; may not exist.
inline std::filesystem::path SharedFolder() {
  const char* shared = std::getenv("ROTAVIEW_SHARED");
  return shared != nullptr ? std::filesystem::path(shared) : std::filesystem::path("../shared");
}

}  // namespace rv
