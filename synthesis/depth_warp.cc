#include "synthesis/depth_warp.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace rv::synthesis {
namespace {

// Inverse depths of neighbors that differ by more do not lie on one surface. At the size of the rasters an inclination
// of 80 degrees makes half of it.
constexpr float kStep = 0.03F;
constexpr float kOpen = 2.2F;  // times the distance of neighbors; a diagonal has 1.4

struct Vertex {
  float x = 0, y = 0;  // px of the new picture
  float inverse = 0;   // 1 / z there; 0: nothing
  float source_x = 0, source_y = 0;
  float own = 0;  // inverse depth in the captured frame
};

std::vector<Vertex> Vertices(const DepthSource& source, const Camera& camera, const Rigid3& cam_from_world) {
  const Camera& grid = source.depth.camera;
  const Rigid3 new_from_source = cam_from_world * source.cam_from_world.Inverse();
  const Eigen::Matrix3d turn = new_from_source.rotation.toRotationMatrix();
  std::vector<Vertex> out(source.depth.inverse.size());
  for (int row = 0; row < grid.height; ++row)
    for (int col = 0; col < grid.width; ++col) {
      const std::size_t i = static_cast<std::size_t>(row) * grid.width + col;
      const float own = source.depth.inverse[i];
      if (own <= 0) continue;
      const Eigen::Vector3d ray((col + 0.5 - grid.cx_px) / grid.focal_px,
                                (row + 0.5 - grid.cy_px) / grid.focal_px, 1);
      // Scaled by the inverse depth, so that far away needs no care.
      const Eigen::Vector3d at = turn * ray + own * new_from_source.translation;
      if (at.z() <= 1e-6) continue;
      const std::optional<Eigen::Vector2d> pixel = source.lens.Project(ray);
      if (!pixel) continue;
      out[i] = {.x = static_cast<float>(camera.focal_px * at.x() / at.z() + camera.cx_px),
                .y = static_cast<float>(camera.focal_px * at.y() / at.z() + camera.cy_px),
                .inverse = static_cast<float>(own / at.z()),
                .source_x = static_cast<float>(pixel->x()),
                .source_y = static_cast<float>(pixel->y()),
                .own = own};
    }
  return out;
}

class Drawer {
 public:
  // `spacing`: px between neighbors of the raster in the new picture, at the same distance.
  Drawer(float spacing, WarpField& out) : spacing_(spacing), out_(out) {}

  void Draw(const Vertex& a, const Vertex& b, const Vertex& c) {
    const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if (!(area > 1e-6F)) return;  // seen from behind
    const Cover cover = IsStretched(a, b, c) ? Cover::kStretched : Cover::kSeen;
    // Pixel centers are at halves.
    const int left = std::max(0, static_cast<int>(std::ceil(std::min({a.x, b.x, c.x}) - 0.5F)));
    const int right =
        std::min(out_.width - 1, static_cast<int>(std::floor(std::max({a.x, b.x, c.x}) - 0.5F)));
    const int top = std::max(0, static_cast<int>(std::ceil(std::min({a.y, b.y, c.y}) - 0.5F)));
    const int bottom =
        std::min(out_.height - 1, static_cast<int>(std::floor(std::max({a.y, b.y, c.y}) - 0.5F)));
    const float scale = 1 / area;
    for (int row = top; row <= bottom; ++row)
      for (int col = left; col <= right; ++col) {
        const float px = static_cast<float>(col) + 0.5F, py = static_cast<float>(row) + 0.5F;
        const float of_b = ((px - a.x) * (c.y - a.y) - (py - a.y) * (c.x - a.x)) * scale;
        const float of_c = ((b.x - a.x) * (py - a.y) - (b.y - a.y) * (px - a.x)) * scale;
        const float of_a = 1 - of_b - of_c;
        constexpr float kSlack = -1e-4F;
        if (of_a < kSlack || of_b < kSlack || of_c < kSlack) continue;
        Put(out_.At(col, row), cover, of_a * a.inverse + of_b * b.inverse + of_c * c.inverse,
            of_a * a.source_x + of_b * b.source_x + of_c * c.source_x,
            of_a * a.source_y + of_b * b.source_y + of_c * c.source_y);
      }
  }

 private:
  // Across a step in depth that has come open: from where the frame was taken, nothing is.
  bool IsStretched(const Vertex& a, const Vertex& b, const Vertex& c) const {
    const float nearest = std::max({a.own, b.own, c.own}), farthest = std::min({a.own, b.own, c.own});
    if (nearest <= farthest * (1 + kStep)) return false;
    const auto longer = [&](const Vertex& p, const Vertex& q) {
      const float most = kOpen * spacing_ * std::max(p.inverse / p.own, q.inverse / q.own);
      return std::hypot(p.x - q.x, p.y - q.y) > most;
    };
    return longer(a, b) || longer(b, c) || longer(c, a);
  }

  void Put(std::size_t at, Cover cover, float inverse, float x, float y) {
    // What is seen comes before what is stretched; of two alike, the nearer.
    if (out_.cover[at] > cover || (out_.cover[at] == cover && out_.inverse[at] >= inverse)) return;
    out_.cover[at] = cover;
    out_.inverse[at] = inverse;
    out_.x[at] = x;
    out_.y[at] = y;
  }

  float spacing_;
  WarpField& out_;
};

}  // namespace

WarpField WarpByDepth(const DepthSource& source, const Camera& camera, const Rigid3& cam_from_world) {
  RV_CHECK_EQ(camera.k1, 0);
  const auto size = static_cast<std::size_t>(camera.width) * camera.height;
  WarpField out{.width = camera.width, .height = camera.height};
  out.x.assign(size, 0);
  out.y.assign(size, 0);
  out.inverse.assign(size, 0);
  out.cover.assign(size, Cover::kNone);
  if (source.depth.empty()) return out;
  const std::vector<Vertex> vertices = Vertices(source, camera, cam_from_world);
  const Camera& grid = source.depth.camera;
  Drawer drawer(static_cast<float>(camera.focal_px / grid.focal_px), out);
  for (int row = 0; row + 1 < grid.height; ++row)
    for (int col = 0; col + 1 < grid.width; ++col) {
      const Vertex* a = &vertices[static_cast<std::size_t>(row) * grid.width + col];
      const Vertex* c = a + grid.width;
      if (a[0].inverse <= 0 || a[1].inverse <= 0 || c[0].inverse <= 0 || c[1].inverse <= 0) continue;
      drawer.Draw(a[0], a[1], c[0]);
      drawer.Draw(c[1], c[0], a[1]);
    }
  return out;
}

}  // namespace rv::synthesis
