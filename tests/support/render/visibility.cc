#include "tests/support/render/visibility.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace rv::synthetic {
namespace {

using Eigen::Vector3d;

Vector3d ToCam(const Stage& stage, int vertex, const Moment& moment) {
  const Vec3& p = stage.positions[vertex];
  Vector3d in_world(p.x, p.y, p.z);
  if (vertex < stage.turning_vertices && moment.turn != 0) {
    const double c = moment.turn_cosine, s = moment.turn_sine;
    in_world = {c * p.x + s * p.z, p.y, c * p.z - s * p.x};
  }
  return moment.cam_from_world_rotation * in_world + moment.cam_from_world_translation;
}

bool PrepareFrom(const Vector3d& a, const Vector3d& b, const Vector3d& c, Setup& setup) {
  const Vector3d na = b.cross(c), nb = c.cross(a), nc = a.cross(b);
  const double det = a.dot(na);
  if (det > -1e-12) return false;  // seen from behind, or edge on
  for (int i = 0; i < 3; ++i) {
    setup.m[0][i] = static_cast<float>(na[i] / det);
    setup.m[1][i] = static_cast<float>(nb[i] / det);
    setup.m[2][i] = static_cast<float>(nc[i] / det);
  }
  return true;
}

// Picture bounds of a triangle over all moments, `pad` px wider; false: it is not in the picture.
bool Bound(const Lens& lens,
           const std::vector<std::vector<Vector3d>>& in_cam,
           const std::array<int, 3>& corners,
           double pad,
           Setup& setup) {
  const Camera& camera = lens.camera();
  Eigen::Array2d low(1e18, 1e18), high(-1e18, -1e18);
  std::size_t behind = 0;
  for (const auto& points : in_cam) {
    for (const int v : corners) {
      if (points[v].z() < 0.05) {
        ++behind;
        continue;
      }
      const Eigen::Array2d pixel = lens.Project(points[v]).array();
      low = low.min(pixel);
      high = high.max(pixel);
    }
  }
  if (behind == 3 * in_cam.size()) return false;
  const Eigen::Array2d far(camera.width - 1.0, camera.height - 1.0);
  if (behind > 0) low = Eigen::Array2d::Zero(), high = far;
  // Distortion bends long edges outwards.
  if (camera.k1 != 0 || camera.k2 != 0) pad += 0.03 * (high - low).maxCoeff();
  const Eigen::Array2i first = (low - pad).max(0.0).floor().cast<int>();
  const Eigen::Array2i last = (high + pad).min(far).ceil().cast<int>();
  setup.x0 = first.x(), setup.y0 = first.y();
  setup.x1 = last.x(), setup.y1 = last.y();
  return setup.x0 <= setup.x1 && setup.y0 <= setup.y1;
}

}  // namespace

Moment::Moment(const Rigid3& cam_from_world, double object_turn)
    : cam_from_world_rotation(cam_from_world.rotation.toRotationMatrix()),
      cam_from_world_translation(cam_from_world.translation),
      turn(object_turn),
      turn_cosine(std::cos(object_turn)),
      turn_sine(std::sin(object_turn)) {
  const auto narrow = [](const Vector3d& v) {
    return Vec3{static_cast<float>(v.x()), static_cast<float>(v.y()), static_cast<float>(v.z())};
  };
  right = narrow(cam_from_world_rotation.row(0));
  down = narrow(cam_from_world_rotation.row(1));
  forward = narrow(cam_from_world_rotation.row(2));
  eye = narrow(cam_from_world.Origin());
}

Lens::Lens(const Camera& camera) : camera_(camera) {
  rays_.resize(static_cast<std::size_t>(camera.width) * camera.height);
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      const Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      rays_[static_cast<std::size_t>(y) * camera.width + x] = {static_cast<float>(ray.x()),
                                                               static_cast<float>(ray.y())};
      reach2_ = std::max(reach2_, ray.head<2>().squaredNorm());
    }
  }
  reach2_ *= 1.1;
  for (int y = 0; y < camera.height; ++y) {
    const Vec2 first = Ray(0, y), last = Ray(camera.width - 1, y);
    RowLine line{first.x, (last.x - first.x) / (camera.width - 1), 0.5F * (first.y + last.y)};
    for (int x = 0; x < camera.width; ++x) {
      line.slack_x = std::max(line.slack_x, std::abs(Ray(x, y).x - (line.start + line.step * x)));
      line.slack_y = std::max(line.slack_y, std::abs(Ray(x, y).y - line.y));
    }
    lines_.push_back(line);
  }
}

Eigen::Vector2d Lens::Project(const Vector3d& point_in_cam) const {
  const Eigen::Vector2d p = point_in_cam.head<2>() / point_in_cam.z();
  const double r2 = std::min(reach2_, p.squaredNorm());
  const double d = 1.0 + r2 * (camera_.k1 + r2 * camera_.k2);
  return {camera_.focal_px * d * p.x() + camera_.cx_px, camera_.focal_px * d * p.y() + camera_.cy_px};
}

Visibility::Visibility(const Stage& stage, const Lens& lens, const Look& look, int threads)
    : stage_(&stage), lens_(&lens), look_(&look) {
  const Camera& camera = lens.camera();
  shift_x_ = static_cast<float>(look.dx_px / camera.focal_px);
  shift_y_ = static_cast<float>(look.dy_px / camera.focal_px);
  // Bounds hold for the first, middle and last row's moments; between these the motion is smooth.
  std::vector<const Moment*> moments{&look.at(camera.height / 2)};
  if (look.rows.size() > 1) moments.insert(moments.end(), {&look.rows.front(), &look.rows.back()});
  const std::size_t vertices = stage.positions.size();
  std::vector<std::vector<Vector3d>> in_cam(moments.size(), std::vector<Vector3d>(vertices));
  constexpr std::size_t kChunk = 4096;
  ParallelFor((vertices + kChunk - 1) / kChunk, threads, [&](std::size_t chunk) {
    for (std::size_t v = chunk * kChunk; v < std::min(vertices, (chunk + 1) * kChunk); ++v) {
      for (std::size_t m = 0; m < moments.size(); ++m)
        in_cam[m][v] = ToCam(stage, static_cast<int>(v), *moments[m]);
    }
  });
  bands_.resize((camera.height + kBandRows - 1) / kBandRows);
  slot_.assign(stage.triangles.size(), -1);
  const double pad = (moments.size() > 1 ? 3.0 : 1.0) + std::max(std::abs(look.dx_px), std::abs(look.dy_px));
  for (std::size_t i = 0; i < stage.triangles.size(); ++i) {
    const auto& corners = stage.triangles[i].vertices;
    Setup setup;
    setup.triangle = static_cast<int>(i);
    const bool faces =
        PrepareFrom(in_cam[0][corners[0]], in_cam[0][corners[1]], in_cam[0][corners[2]], setup);
    if (!faces && moments.size() == 1) continue;
    if (!Bound(lens, in_cam, corners, pad, setup)) continue;
    slot_[i] = static_cast<int>(setups_.size());
    for (int band = setup.y0 / kBandRows; band <= setup.y1 / kBandRows; ++band) {
      bands_[band].push_back(slot_[i]);
    }
    setups_.push_back(setup);
  }
}

bool Visibility::Prepare(const Stage& stage, int triangle, const Moment& moment, Setup& setup) {
  const auto& corners = stage.triangles[triangle].vertices;
  setup.triangle = triangle;
  return PrepareFrom(ToCam(stage, corners[0], moment), ToCam(stage, corners[1], moment),
                     ToCam(stage, corners[2], moment), setup);
}

Vec2 Visibility::ShiftedRay(int x, int y) const {
  const Vec2 ray = lens_->Ray(x, y);
  return {ray.x + shift_x_, ray.y + shift_y_};
}

std::pair<int, int> Visibility::Span(const Setup& setup, int y) const {
  int first = setup.x0, last = setup.x1;
  if (last - first < 12) return {first, last};
  const Lens::RowLine& line = lens_->Line(y);
  for (const auto& m : setup.m) {
    // m * ray = at + slope * x, to within the slack.
    const float slope = m[0] * line.step;
    const float at = m[0] * (line.start + shift_x_) + m[1] * (line.y + shift_y_) + m[2] +
                     std::abs(m[0]) * line.slack_x + std::abs(m[1]) * line.slack_y;
    if (std::abs(slope) < 1e-12F) continue;
    const float zero = std::clamp(-at / slope, -1e6F, 1e6F);
    if (slope > 0) {
      first = std::max(first, static_cast<int>(std::floor(zero)) - 1);
    } else {
      last = std::min(last, static_cast<int>(std::ceil(zero)) + 1);
    }
  }
  return {first, last};
}

void Visibility::Scan(int first_row, int last_row, std::vector<Hit>& hits) const {
  const int width = lens_->camera().width;
  hits.assign(static_cast<std::size_t>(last_row - first_row) * width, {});
  const bool rolling = look_->rows.size() > 1;
  for (const int slot : bands_[first_row / kBandRows]) {
    Setup setup = setups_[slot];
    for (int y = std::max(first_row, setup.y0); y <= std::min(last_row - 1, setup.y1); ++y) {
      if (rolling && !Prepare(*stage_, setup.triangle, look_->at(y), setup)) continue;
      const Vec2* rays = lens_->Row(y);
      Hit* row = &hits[static_cast<std::size_t>(y - first_row) * width];
      const auto& m = setup.m;
      const auto [first, last] = Span(setup, y);
      for (int x = first; x <= last; ++x) {
        const float rx = rays[x].x + shift_x_, ry = rays[x].y + shift_y_;
        const float a = m[0][0] * rx + m[0][1] * ry + m[0][2];
        const float b = m[1][0] * rx + m[1][1] * ry + m[1][2];
        const float c = m[2][0] * rx + m[2][1] * ry + m[2][2];
        if (std::min(a, std::min(b, c)) < 0) continue;
        const float inverse_depth = a + b + c;
        if (inverse_depth > row[x].inverse_depth) row[x] = {inverse_depth, setup.triangle};
      }
    }
  }
}

}  // namespace rv::synthetic
