#include "publish/mesh/raster.h"

#include <algorithm>
#include <cmath>

namespace rv::mesh {
namespace {

struct Seen {
  float x = 0, y = 0, inverse = 0;  // inverse 0: behind the camera
};

void DrawTriangle(const Seen& a, const Seen& b, const Seen& c, Raster& out) {
  const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (std::abs(area) < 1e-9F) return;
  const int left = std::max(0, static_cast<int>(std::ceil(std::min({a.x, b.x, c.x}) - 0.5F)));
  const int right = std::min(out.width - 1, static_cast<int>(std::floor(std::max({a.x, b.x, c.x}) - 0.5F)));
  const int top = std::max(0, static_cast<int>(std::ceil(std::min({a.y, b.y, c.y}) - 0.5F)));
  const int bottom = std::min(out.height - 1, static_cast<int>(std::floor(std::max({a.y, b.y, c.y}) - 0.5F)));
  for (int row = top; row <= bottom; ++row)
    for (int col = left; col <= right; ++col) {
      const float x = static_cast<float>(col) + 0.5F, y = static_cast<float>(row) + 0.5F;
      const float of_b = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / area;
      const float of_c = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / area;
      if (of_b < -1e-4F || of_c < -1e-4F || of_b + of_c > 1.0001F) continue;
      float& inverse = out.inverse[static_cast<std::size_t>(row) * static_cast<std::size_t>(out.width) +
                                   static_cast<std::size_t>(col)];
      inverse = std::max(inverse, (1 - of_b - of_c) * a.inverse + of_b * b.inverse + of_c * c.inverse);
    }
}

}  // namespace

Raster Draw(const Surface& surface, const Camera& camera, const Rigid3& cam_from_object) {
  Raster out{.width = camera.width, .height = camera.height};
  out.inverse.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height), 0);
  std::vector<Seen> seen;
  seen.reserve(surface.points.size());
  for (const Eigen::Vector3f& point : surface.points) {
    const Eigen::Vector3d in_cam = cam_from_object * point.cast<double>();
    const std::optional<Eigen::Vector2d> pixel = camera.Project(in_cam);
    seen.push_back(pixel ? Seen{static_cast<float>(pixel->x()), static_cast<float>(pixel->y()),
                                static_cast<float>(1 / in_cam.z())}
                         : Seen{});
  }
  for (const Triangle& t : surface.triangles)
    if (seen[t[0]].inverse > 0 && seen[t[1]].inverse > 0 && seen[t[2]].inverse > 0)
      DrawTriangle(seen[t[0]], seen[t[1]], seen[t[2]], out);
  return out;
}

double SilhouetteOverlap(const Raster& raster, const Image& matte) {
  const Image item = Resize(matte, raster.width, raster.height);
  std::size_t both = 0, either = 0;
  for (std::size_t i = 0; i < raster.inverse.size(); ++i) {
    const bool drawn = raster.inverse[i] > 0, shown = item.pixels[i] >= 128;
    both += drawn && shown;
    either += drawn || shown;
  }
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace rv::mesh
