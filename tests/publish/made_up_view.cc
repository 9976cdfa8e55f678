#include "tests/publish/made_up_view.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <numbers>
#include <random>
#include <sstream>

namespace rv::testing {
namespace {

constexpr double kRadians = std::numbers::pi / 180;

// A square of the view's color with a darker frame whose top left corner is lighter, so that flips show.
Image DrawView(int index, int width, int height) {
  const std::array<int, 3> color = ColorOf(index);
  Image image = Image::Make(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) {
        const bool inside =
            x >= width / 8 && x < width - width / 8 && y >= height / 8 && y < height - height / 8;
        const bool corner = x < width / 8 && y < height / 8;
        image.at(x, y)[c] = static_cast<std::uint8_t>(inside   ? color[static_cast<std::size_t>(c)]
                                                      : corner ? 250
                                                               : 40);
      }
  return image;
}

EncodedImage Encoded(const Image& image, const std::string& format) {
  return format == "webp"  ? EncodeWebp(image, 95)
         : format == "png" ? EncodePng(image)
                           : EncodeJpeg(image, 95);
}

// cam_from_object of a camera at an azimuth (counter-clockwise seen from above, +Y up), looking at the pivot.
Rigid3 CameraOnRing(double azimuth, double elevation, double radius) {
  const Eigen::Vector3d center(radius * std::cos(elevation) * std::sin(azimuth), radius * std::sin(elevation),
                               radius * std::cos(elevation) * std::cos(azimuth));
  const Eigen::Vector3d forward = -center.normalized();
  const Eigen::Vector3d right = forward.cross(Eigen::Vector3d::UnitY()).normalized();
  Eigen::Matrix3d rows;
  rows << right.transpose(), forward.cross(right).transpose(), forward.transpose();
  const Eigen::Quaterniond rotation(rows);
  return {rotation, -(rotation * center)};
}

// The object frame's place in world: object = rotation * (scale * world) + translation.
void PlaceObject(RotatingView& view) {
  view.object_from_world_scale = 0.4;
  view.object_from_world.rotation = Eigen::Quaterniond(0.8, 0.3, -0.4, 0.2).normalized();
  view.object_from_world.translation = {0.3, -1.1, 0.7};
}

Rigid3 CamFromWorld(const RotatingView& view, const Rigid3& cam_from_object) {
  // cam = R_co (R_ow s w + t_ow) + t_co; a camera knows no scale, so divide by s.
  const Rigid3 scaled = cam_from_object * view.object_from_world;
  return {scaled.rotation, scaled.translation / view.object_from_world_scale};
}

Eigen::Vector3d WorldFromObject(const RotatingView& view, const Eigen::Vector3d& object) {
  return view.object_from_world.Inverse() * object / view.object_from_world_scale;
}

std::string FrameName(int index) {
  char name[32];
  std::snprintf(name, sizeof name, "%06d.jpg", index * 7);
  return name;
}

void AddFrames(const MadeUpOptions& options, RotatingView& view) {
  Reconstruction& model = *view.reconstruction;
  model.cameras.push_back({.width = 320,
                           .height = 240,
                           .focal_px = 300,
                           .cx_px = 163.5,
                           .cy_px = 117.25,
                           .k1 = -0.08,
                           .k2 = 0.02});
  if (options.two_cameras)
    model.cameras.push_back(
        {.width = 200, .height = 300, .focal_px = 280, .cx_px = 101, .cy_px = 149, .k1 = 0.03});
  for (int i = 0; i < options.frames; ++i) {
    const int camera = options.two_cameras ? i % 2 : 0;
    const Camera& lens = model.cameras[static_cast<std::size_t>(camera)];
    const Rigid3 cam_from_object = CameraOnRing(i * 30 * kRadians, 0.3, 4);
    model.frames.push_back({.name = FrameName(i),
                            .width = lens.width,
                            .height = lens.height,
                            .posed = i != 4,
                            .cam_from_world = CamFromWorld(view, cam_from_object),
                            .camera = camera});
    SourceFrame source{
        .name = FrameName(i), .width = lens.width, .height = lens.height, .source_index = i * 7};
    if (options.sources) source.image = EncodeJpeg(DrawView(i, lens.width, lens.height), 90);
    view.sources.push_back(std::move(source));
  }
}

void AddPoints(const MadeUpOptions& options, RotatingView& view) {
  Reconstruction& model = *view.reconstruction;
  std::mt19937 random(7);
  const auto uniform = [&](double reach) {
    return reach * (2.0 * static_cast<double>(random()) / static_cast<double>(std::mt19937::max()) - 1);
  };
  for (int i = 0; i < options.points; ++i) {
    const Eigen::Vector3d object(uniform(0.9), uniform(0.9), uniform(0.9));
    Point point{.position = WorldFromObject(view, object)};
    point.rgb = {static_cast<unsigned char>(i), static_cast<unsigned char>(255 - i), 77};
    for (std::size_t f = 0; f < model.frames.size(); ++f) {
      if ((f + static_cast<std::size_t>(i)) % 3 == 0) continue;
      const PosedFrame& frame = model.frames[f];
      const Camera& camera = model.cameras[static_cast<std::size_t>(frame.camera)];
      const auto pixel = camera.Project(frame.cam_from_world * point.position);
      if (!pixel) continue;
      const Eigen::Vector2d noisy =
          *pixel + Eigen::Vector2d(uniform(options.noise_px), uniform(options.noise_px));
      point.track.push_back({FrameId{static_cast<std::uint32_t>(f)}, noisy});
    }
    model.points.push_back(std::move(point));
  }
}

}  // namespace

std::array<int, 3> ColorOf(int index) {
  const auto level = [](int digit) { return 40 + 85 * (digit % 3); };
  return {level(index), level(index / 3), level(index / 9)};
}

int ViewOfColor(const std::array<int, 3>& rgb, int views) {
  int best = 0;
  int best_distance = 1 << 30;
  for (int i = 0; i < views; ++i) {
    int distance = 0;
    for (std::size_t c = 0; c < 3; ++c) distance += std::abs(rgb[c] - ColorOf(i)[c]);
    if (distance < best_distance) std::tie(best, best_distance) = std::pair(i, distance);
  }
  return best;
}

RotatingView MakeUpView(const MadeUpOptions& options) {
  RotatingView view{.tier = options.tier, .width = options.width, .height = options.height};
  view.tier_reason = "made up";
  const bool closed = options.arc_deg >= 360;
  const double step = options.arc_deg / (closed ? options.views : options.views - 1);
  for (int i = 0; i < options.views; ++i) {
    View made{.azimuth_deg = i * step};
    made.image = Encoded(DrawView(i, options.width, options.height), options.picture_format);
    view.views.push_back(std::move(made));
  }
  view.coverage = {.arc_deg = options.arc_deg, .closed = closed, .spacing_deg = step};
  if (static_cast<int>(options.tier) > 2) return view;
  PlaceObject(view);
  view.reconstruction.emplace();
  AddFrames(options, view);
  AddPoints(options, view);
  return view;
}

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace rv::testing
