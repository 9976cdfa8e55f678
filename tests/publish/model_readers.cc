#include "tests/publish/model_readers.h"

#include <cstring>
#include <sstream>

#include "tests/publish/made_up_view.h"

namespace rv::testing::models {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> DataLines(const fs::path& path) {
  std::vector<std::string> lines;
  std::istringstream text(Slurp(path));
  for (std::string line; std::getline(text, line);)
    if (line.empty() || line[0] != '#') lines.push_back(line);
  return lines;
}

// By the formula, not by a library: a quaternion w, x, y, z.
Eigen::Matrix3d FromQuaternion(double w, double x, double y, double z) {
  Eigen::Matrix3d m;
  m << 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z),
      1 - 2 * (x * x + z * z), 2 * (y * z - w * x), 2 * (x * z - w * y), 2 * (y * z + w * x),
      1 - 2 * (x * x + y * y);
  return m;
}

}  // namespace

ReadModel ReadColmap(const fs::path& folder) {
  ReadModel model;
  for (const std::string& line : DataLines(folder / "cameras.txt")) {
    std::istringstream in(line);
    int id;
    ReadCamera camera;
    in >> id >> camera.model >> camera.width >> camera.height;
    for (double value; in >> value;) camera.params.push_back(value);
    model.cameras[id] = camera;
  }
  const std::vector<std::string> lines = DataLines(folder / "images.txt");
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
    std::istringstream head(lines[i]), body(lines[i + 1]);
    int id;
    double q[4], t[3];
    ReadImage image;
    head >> id >> q[0] >> q[1] >> q[2] >> q[3] >> t[0] >> t[1] >> t[2] >> image.camera >> image.name;
    image.rotation = FromQuaternion(q[0], q[1], q[2], q[3]);
    image.translation = {t[0], t[1], t[2]};
    double x, y;
    for (int point; body >> x >> y >> point;) image.points2d.push_back({{x, y}, point});
    model.images[id] = image;
  }
  for (const std::string& line : DataLines(folder / "points3D.txt")) {
    std::istringstream in(line);
    int id, image, index;
    ReadPoint point;
    in >> id >> point.position.x() >> point.position.y() >> point.position.z();
    in >> point.rgb[0] >> point.rgb[1] >> point.rgb[2] >> point.error;
    while (in >> image >> index) point.track.push_back({image, index});
    model.points[id] = point;
  }
  return model;
}

Eigen::Vector2d ProjectRadial(
    double f, double cx, double cy, double k1, double k2, const Eigen::Vector3d& cam) {
  const double x = cam.x() / cam.z(), y = cam.y() / cam.z(), r2 = x * x + y * y;
  const double d = 1 + k1 * r2 + k2 * r2 * r2;
  return {f * d * x + cx, f * d * y + cy};
}

Eigen::Vector2d Project(const ReadCamera& camera, const Eigen::Vector3d& cam) {
  const std::vector<double>& p = camera.params;
  return ProjectRadial(p[0], p[1], p[2], p[3], p.size() > 4 ? p[4] : 0, cam);
}

Ply ReadPly(const fs::path& path) {
  const std::string bytes = Slurp(path);
  Ply ply;
  const std::size_t end = bytes.find("end_header\n") + 11;
  ply.header = bytes.substr(0, end);
  for (std::size_t at = end; at + 15 <= bytes.size(); at += 15) {
    Eigen::Vector3f position;
    std::memcpy(position.data(), bytes.data() + at, 12);
    ply.positions.push_back(position);
    const auto* rgb = reinterpret_cast<const unsigned char*>(bytes.data() + at + 12);
    ply.colors.push_back({rgb[0], rgb[1], rgb[2]});
  }
  return ply;
}

}  // namespace rv::testing::models
