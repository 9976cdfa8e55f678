#include "publish/mesh/surface.h"

#include <Eigen/Geometry>
#include <unordered_map>

namespace rv::mesh {

std::vector<Eigen::Vector3f> VertexNormals(const Surface& surface) {
  std::vector<Eigen::Vector3f> normals(surface.points.size(), Eigen::Vector3f::Zero());
  for (const Triangle& t : surface.triangles) {
    const Eigen::Vector3f& a = surface.points[t[0]];
    const Eigen::Vector3f twice_area = (surface.points[t[1]] - a).cross(surface.points[t[2]] - a);
    for (const std::uint32_t corner : t) normals[corner] += twice_area;
  }
  for (Eigen::Vector3f& normal : normals) {
    const float length = normal.norm();
    normal = length > 1e-20F ? Eigen::Vector3f(normal / length) : Eigen::Vector3f(Eigen::Vector3f::UnitY());
  }
  return normals;
}

std::vector<Triangle> TriangleNeighbors(const Surface& surface) {
  constexpr std::uint32_t kNone = ~0U;
  std::vector<Triangle> out(surface.triangles.size(), {kNone, kNone, kNone});
  std::unordered_map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> open;
  open.reserve(surface.triangles.size() * 3);
  for (std::uint32_t t = 0; t < surface.triangles.size(); ++t)
    for (std::uint32_t k = 0; k < 3; ++k) {
      const std::uint64_t from = surface.triangles[t][k], to = surface.triangles[t][(k + 1) % 3];
      if (const auto other = open.find(to << 32 | from); other != open.end()) {
        out[t][k] = other->second.first;
        out[other->second.first][other->second.second] = t;
        open.erase(other);
      } else {
        open[from << 32 | to] = {t, k};
      }
    }
  return out;
}

}  // namespace rv::mesh
