#include "tests/publish/made_up_globe.h"

#include <cmath>
#include <numbers>

namespace rv::testing {
namespace {

constexpr double kElevation = 0.25;  // radians

Camera Lens(int side) { return Camera::Simple(side, side, 1.3 * side); }

Rigid3 CameraAt(double azimuth_deg) {
  const double azimuth = azimuth_deg * std::numbers::pi / 180;
  const Eigen::Vector3d center(std::cos(kElevation) * std::sin(azimuth), std::sin(kElevation),
                               std::cos(kElevation) * std::cos(azimuth));
  const Eigen::Vector3d forward = -center;
  const Eigen::Vector3d right = forward.cross(Eigen::Vector3d::UnitY()).normalized();
  Eigen::Matrix3d rows;
  rows << right.transpose(), forward.cross(right).transpose(), forward.transpose();
  const Eigen::Quaterniond rotation(rows);
  return {rotation, -(rotation * center)};
}

// Distance along `ray` (z = 1 in the camera) at which it meets the globe; 0 where it does not.
double Meets(const Rigid3& cam_from_object, const Eigen::Vector3d& ray) {
  const Eigen::Vector3d center = cam_from_object.translation;
  const double a = ray.squaredNorm(), b = ray.dot(center);
  const double inside = b * b - a * (center.squaredNorm() - kGlobeRadius * kGlobeRadius);
  return inside < 0 ? 0 : (b - std::sqrt(inside)) / a;
}

std::uint8_t Print(const Eigen::Vector3d& at, int channel) {
  const Eigen::Vector3d p = at / kGlobeRadius;
  return static_cast<std::uint8_t>(128 + 60 * std::sin(9 * p.x() + 5 * p.y() + channel) +
                                   55 * std::cos(8 * p.z() - 6 * p.y() - channel));
}

View MakeView(double azimuth_deg, int side, double depth_unit) {
  View view{.azimuth_deg = azimuth_deg, .cam_from_object = CameraAt(azimuth_deg)};
  view.image = EncodePng(DrawGlobe(azimuth_deg, side));
  Image matte = Image::Make(side, side, 1);
  Raster16 depth{.width = side / 2, .height = side / 2};
  depth.pixels.assign(static_cast<std::size_t>(side / 2) * (side / 2), 0);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double z = Meets(*view.cam_from_object, Lens(side).Ray({x + 0.5, y + 0.5}));
      matte.at(x, y)[0] = z > 0 ? 255 : 0;
      if (x % 2 == 0 && y % 2 == 0)
        depth.pixels[static_cast<std::size_t>(y / 2) * (side / 2) + x / 2] =
            static_cast<std::uint16_t>(std::lround(z / depth_unit));
    }
  view.depth = EncodePng16(depth);
  view.matte = EncodePng(matte);
  return view;
}

}  // namespace

Image DrawGlobe(double azimuth_deg, int side) {
  const Rigid3 cam_from_object = CameraAt(azimuth_deg);
  Image image = Image::Make(side, side, 3);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const Eigen::Vector3d ray = Lens(side).Ray({x + 0.5, y + 0.5});
      const double z = Meets(cam_from_object, ray);
      const Eigen::Vector3d at = cam_from_object.Inverse() * (z * ray);
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = z > 0 ? Print(at, c) : 235;
    }
  return image;
}

RotatingView MakeUpGlobe(int views, int side, double arc_deg) {
  RotatingView view{.tier = Tier::kFullPath, .tier_reason = "made up", .width = side, .height = side};
  view.source_name = "globe";
  view.source_kind = "photos";
  view.view_camera = Lens(side);
  view.depth_unit = 1.0 / 8192;
  const bool closed = arc_deg >= 360;
  const double step = arc_deg / (closed ? views : views - 1);
  for (int i = 0; i < views; ++i) view.views.push_back(MakeView(i * step, side, view.depth_unit));
  view.coverage = {.arc_deg = arc_deg, .closed = closed, .spacing_deg = step};
  view.orbit.emplace();
  view.reconstruction.emplace();
  return view;
}

}  // namespace rv::testing
