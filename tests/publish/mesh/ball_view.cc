#include "tests/publish/mesh/ball_view.h"

#include <Eigen/Geometry>
#include <cmath>
#include <optional>

#include "base/statistics.h"

namespace rv::testing {
namespace {

constexpr double kNear = 1.5, kFar = 4;

// Where a ray from `from` meets the item.
std::optional<Eigen::Vector3d> Hit(const Eigen::Vector3d& from, const Eigen::Vector3d& direction) {
  double along = 0;
  for (int step = 0; step < 200 && along < kFar; ++step) {
    const double distance = BallDistance(from + along * direction);
    if (distance < 1e-4) return Eigen::Vector3d(from + along * direction);
    along += 0.7 * distance;
  }
  return std::nullopt;
}

std::array<std::uint8_t, 3> Color(const Eigen::Vector3d& at) {
  if (std::abs(at.x()) > std::abs(at.z())) {
    if (at.x() > 0) return {220, 30, 30};
    return {30, 30, 220};
  }
  if (at.z() > 0) return {30, 200, 30};
  return {220, 220, 30};
}

Rigid3 OnRing(double azimuth) {
  const double up = ToRadians(20);
  const Eigen::Vector3d center(2.5 * std::cos(up) * std::sin(azimuth), 2.5 * std::sin(up),
                               2.5 * std::cos(up) * std::cos(azimuth));
  const Eigen::Vector3d forward = -center.normalized();
  const Eigen::Vector3d right = forward.cross(Eigen::Vector3d::UnitY()).normalized();
  Eigen::Matrix3d rows;
  rows << right.transpose(), forward.cross(right).transpose(), forward.transpose();
  return {Eigen::Quaterniond(rows), -(rows * center)};
}

struct Shot {
  Image picture, matte, depth;
};

Shot Take(const Camera& camera, const Rigid3& cam_from_object) {
  Shot shot{Image::Make(camera.width, camera.height, 3, 128), Image::Make(camera.width, camera.height, 1),
            Image::Make(camera.width, camera.height, 1)};
  const Rigid3 object_from_cam = cam_from_object.Inverse();
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x) {
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      const auto hit = Hit(cam_from_object.Origin(), object_from_cam.rotation * ray.normalized());
      if (!hit) continue;
      const double z = (cam_from_object * *hit).z();
      const std::array<std::uint8_t, 3> color = Color(*hit);
      std::copy(color.begin(), color.end(), shot.picture.at(x, y));
      *shot.matte.at(x, y) = 255;
      *shot.depth.at(x, y) =
          static_cast<std::uint8_t>(std::lround(1 + 254 * (1 / z - 1 / kFar) / (1 / kNear - 1 / kFar)));
    }
  return shot;
}

void AddFrame(double azimuth, RotatingView& view) {
  const Camera& lens = view.reconstruction->cameras.front();
  const Rigid3 cam_from_object = OnRing(azimuth);
  const Shot shot = Take(lens, cam_from_object);
  const Rigid3 scaled = cam_from_object * view.object_from_world;
  const FrameId id{static_cast<std::uint32_t>(view.sources.size())};
  view.reconstruction->frames.push_back(
      {.width = lens.width,
       .height = lens.height,
       .posed = true,
       .cam_from_world = {scaled.rotation, scaled.translation / view.object_from_world_scale}});
  view.sources.push_back({.name = "frame",
                          .width = lens.width,
                          .height = lens.height,
                          .image = EncodePng(shot.picture),
                          .matte = EncodePng(shot.matte),
                          .depth = EncodePng(shot.depth),
                          .depth_nearest = kNear,
                          .depth_farthest = kFar});
  view.orbit->frames.push_back({.frame = id, .azimuth = azimuth});
}

RotatingView MakeBallView() {
  RotatingView view{.tier = Tier::kFullPath, .width = 100, .height = 100};
  view.coverage = {.arc_deg = 360, .closed = true};
  view.view_camera = Camera::Simple(100, 100, 180);
  view.object_from_world_scale = 0.4;
  view.object_from_world = {Eigen::Quaterniond(0.8, 0.3, -0.4, 0.2).normalized(), {0.3, -1.1, 0.7}};
  view.orbit.emplace();
  view.reconstruction.emplace();
  view.reconstruction->cameras.push_back(
      {.width = 128, .height = 96, .focal_px = 190, .cx_px = 65, .cy_px = 47, .k1 = -0.05});
  for (int i = 0; i < 24; ++i) AddFrame(ToRadians(15 * i), view);
  for (int i = 0; i < 36; ++i) {
    const Rigid3 cam_from_object = OnRing(ToRadians(10 * i));
    const Shot shot = Take(*view.view_camera, cam_from_object);
    view.views.push_back({.azimuth_deg = 10.0 * i,
                          .cam_from_object = cam_from_object,
                          .image = EncodePng(shot.picture),
                          .matte = EncodePng(shot.matte)});
  }
  return view;
}
}  // namespace

double BallDistance(const Eigen::Vector3d& in_object) {
  const Eigen::Vector3d radii(kBallRadii[0], kBallRadii[1], kBallRadii[2]);
  const double ball = (in_object.cwiseQuotient(radii).norm() - 1) * radii.minCoeff();
  return std::max(ball, 0.2 - (in_object - Eigen::Vector3d(0, 0, 0.45)).norm());
}

const RotatingView& BallView() {
  static const RotatingView view = MakeBallView();
  return view;
}

mesh::Volume BallVolume(float radius, bool with_crumb) {
  mesh::Volume out{.low = {-1, -1, -1}, .cell = 0.05F, .size = {41, 41, 41}};
  for (int k = 0; k < 41; ++k)
    for (int j = 0; j < 41; ++j)
      for (int i = 0; i < 41; ++i) {
        const Eigen::Vector3f at = out.Point(i, j, k);
        float value = (at - Eigen::Vector3f(0.013F, 0.007F, -0.011F)).norm() - radius;
        if (with_crumb) value = std::min(value, (at - Eigen::Vector3f(0.8F, 0.8F, 0.8F)).norm() - 0.11F);
        out.values.push_back(value);
      }
  return out;
}

}  // namespace rv::testing
