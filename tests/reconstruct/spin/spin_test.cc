#include "reconstruct/spin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/srgb.h"
#include "base/statistics.h"
#include "reconstruct/orbit.h"
#include "reconstruct/spin/exposure.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv {
namespace {

// What a camera sees of a patterned ball of radius 0.9 round the origin, and of a sky: linear light, 0 to 1.
std::array<double, 3> Radiance(const Eigen::Vector3d& origin, const Eigen::Vector3d& direction) {
  constexpr double kBall = 0.9;
  const double b = origin.dot(direction);
  const double inside = b * b - origin.squaredNorm() + kBall * kBall;
  const Eigen::Vector3d at =
      inside > 0 ? Eigen::Vector3d(origin + direction * (-b - std::sqrt(inside))) : direction;
  if (inside <= 0) return {0.25 + 0.05 * at.x(), 0.3, 0.35 + 0.05 * at.z()};
  return {0.35 + 0.2 * std::sin(7 * at.x() + 1), 0.35 + 0.2 * std::sin(6 * at.y() + 2),
          0.3 + 0.2 * std::sin(8 * at.z())};
}

Image Picture(const Camera& camera, const Rigid3& cam_from_world, double gain) {
  Image image = Image::Make(camera.width, camera.height, 3);
  const Rigid3 world_from_cam = cam_from_world.Inverse();
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      const Eigen::Vector3d ray = (world_from_cam.rotation * camera.Ray({x + 0.5, y + 0.5})).normalized();
      const std::array<double, 3> light = Radiance(world_from_cam.translation, ray);
      for (int c = 0; c < 3; ++c)
        image.at(x, y)[c] =
            static_cast<std::uint8_t>(std::lround(255 * SrgbFromLinear(std::min(1.0, gain * light[c]))));
    }
  return image;
}

struct Scene {
  Sweep sweep;
  Reconstruction reconstruction;
  Orbit orbit;
};

// Points on the ball, seen by the frames in front of them.
void AddBallPoints(Reconstruction& r) {
  for (int i = 0; i < 1500; ++i) {
    const double y = 1 - 2 * (i + 0.5) / 1500;
    const double turn = i * 2.399963;
    const Eigen::Vector3d normal(std::sqrt(1 - y * y) * std::cos(turn), y,
                                 std::sqrt(1 - y * y) * std::sin(turn));
    Point point{.position = 0.9 * normal};
    for (std::uint32_t f = 0; f < r.frames.size(); ++f) {
      const Rigid3& cam_from_world = r.frames[f].cam_from_world;
      if ((cam_from_world.Origin() - point.position).normalized().dot(normal) < 0.3) continue;
      const auto pixel = r.cameras[0].Project(cam_from_world * point.position);
      if (pixel) point.track.push_back({.frame = FrameId{f}, .pixel = *pixel});
    }
    if (point.track.size() >= 2) r.points.push_back(point);
  }
}

Scene MakeScene(SyntheticOrbitOptions options, double exposure_drift = 0) {
  options.points = 0;
  options.width = 240;
  options.height = 180;
  options.focal_px = 200;
  Scene scene;
  scene.reconstruction = MakeSyntheticOrbit(options).truth;
  Reconstruction& r = scene.reconstruction;
  r.points.clear();
  AddBallPoints(r);
  for (std::size_t i = 0; i < r.frames.size(); ++i) {
    const double gain = 1 + exposure_drift * std::sin(1.9 * static_cast<double>(i));
    SweepFrame frame{.name = r.frames[i].name, .source_index = static_cast<int>(i)};
    frame.image = EncodePng(Picture(r.cameras[0], r.frames[i].cam_from_world, gain));
    frame.sharpness = 1;
    scene.sweep.frames.push_back(std::move(frame));
  }
  scene.orbit = *EstimateOrbit(r, scene.sweep, OrbitOptions{});
  return scene;
}

RotatingView MustBuild(const Scene& scene, const SpinOptions& options) {
  Result<RotatingView> spin = BuildSpin(scene.sweep, scene.reconstruction, scene.orbit, {}, options, {});
  EXPECT_TRUE(spin) << (spin ? "" : spin.error().message);
  return spin ? *spin : RotatingView{};
}

SyntheticOrbitOptions Shaky() {
  return {.frames = 36,
          .elevation_swing_deg = 3,
          .radius_swing = 0.05,
          .uneven = 0.3,
          .look_at_wander_deg = 1,
          .jitter_position = 0.02,
          .jitter_rotation_deg = 0.5,
          .seed = 11};
}

// The virtual camera's pose in the scene's world.
Rigid3 CamFromWorld(const RotatingView& spin, const View& view) {
  Rigid3 cam_from_world = *view.cam_from_object * spin.object_from_world;
  cam_from_world.translation /= spin.object_from_world_scale;
  return cam_from_world;
}

TEST(Spin, ViewsShowWhatTheVirtualCameraWouldSee) {
  const Scene scene = MakeScene(Shaky());
  const RotatingView spin = MustBuild(scene, {.threads = 2, .jpeg_quality = 98});
  ASSERT_EQ(spin.views.size(), 72u);
  ASSERT_EQ(spin.tier, Tier::kFullPath);
  std::vector<double> off;
  for (std::size_t i = 0; i < spin.views.size(); i += 7) {
    const View& view = spin.views[i];
    const Image truth = Picture(*spin.view_camera, CamFromWorld(spin, view), 1);
    const Image made = *Decode(view.image, 3);
    double sum = 0;
    int count = 0;
    for (int y = 0; y < spin.height; ++y)
      for (int x = 0; x < spin.width; ++x) {
        // Well inside the ball's outline, where there are points.
        if (std::hypot(x + 0.5 - spin.view_camera->cx_px, y + 0.5 - spin.view_camera->cy_px) > 42) continue;
        for (int c = 0; c < 3; ++c) sum += std::abs(made.at(x, y)[c] - truth.at(x, y)[c]);
        count += 3;
      }
    EXPECT_LT(sum / count, 1.8) << "view " << i;  // one pixel of shift makes 3 or more
    off.push_back(sum / count);
  }
  EXPECT_LT(Median(off), 1.4);
}

TEST(Spin, ViewsAreEvenInOrderAndFullyCaptured) {
  const Scene scene = MakeScene(Shaky());
  const RotatingView spin = MustBuild(scene, {.spacing_deg = 10, .threads = 2});
  ASSERT_EQ(spin.views.size(), 36u);
  EXPECT_EQ(spin.coverage.min_captured_share, 1);
  EXPECT_NEAR(spin.coverage.spacing_deg, 10, 1e-9);
  EXPECT_TRUE(spin.coverage.closed);
  for (std::size_t i = 0; i < 36; ++i) {
    const View& view = spin.views[i];
    EXPECT_NEAR(view.azimuth_deg, 10.0 * i, 1e-9);
    const Eigen::Vector3d eye = view.cam_from_object->Origin();
    EXPECT_NEAR(eye.norm(), 1, 1e-9);
    EXPECT_NEAR(WrapSigned(std::atan2(eye.x(), eye.z()) - ToRadians(10.0 * i)), 0, 1e-9);
    EXPECT_LT(view.cam_from_object->translation.head<2>().norm(), 1e-9);  // looks straight at the center
    EXPECT_EQ(view.image.width, spin.width);
    const Image mask = *Decode(view.provenance, 1);
    EXPECT_EQ(std::count(mask.pixels.begin(), mask.pixels.end(), 0), 0);
    for (const std::uint8_t label : mask.pixels) ASSERT_LE(label, view.sources.size());
  }
}

TEST(Spin, ObjectFrameHasTheFirstFrameAheadAndUpUp) {
  const Scene scene = MakeScene({.frames = 30, .start_azimuth_deg = 130});
  const RotatingView spin = MustBuild(scene, {.threads = 2});
  const auto to_object = [&](const Eigen::Vector3d& world) {
    return Eigen::Vector3d(spin.object_from_world * (spin.object_from_world_scale * world));
  };
  EXPECT_LT(to_object(spin.orbit->center).norm(), 1e-9);
  const Eigen::Vector3d moved = spin.orbit->center - scene.orbit.center;
  EXPECT_LT(moved.cross(scene.orbit.up).norm(), 1e-9);  // along up only
  EXPECT_EQ(spin.view_camera->cx_px, spin.width / 2.0);
  EXPECT_EQ(spin.view_camera->cy_px, spin.height / 2.0);
  const Eigen::Vector3d first = to_object(scene.reconstruction.frames[0].cam_from_world.Origin());
  EXPECT_NEAR(first.x(), 0, 1e-9);
  EXPECT_GT(first.z(), 0.8);
  EXPECT_GT(to_object(spin.orbit->center + scene.orbit.up).y(), 0);
  // The second captured frame is further counter-clockwise: towards +X.
  EXPECT_GT(to_object(scene.reconstruction.frames[1].cam_from_world.Origin()).x(), 0.1);
}

TEST(Spin, ClockwiseArcIsStoredCounterClockwiseAndEndsAtTheFirstFrame) {
  const Scene scene = MakeScene({.frames = 21, .arc_deg = 100, .clockwise = true});
  const RotatingView spin = MustBuild(scene, {.threads = 2});
  ASSERT_GE(spin.views.size(), 21u);
  EXPECT_FALSE(spin.coverage.closed);
  EXPECT_TRUE(spin.coverage.clockwise_capture);
  EXPECT_NEAR(spin.views.front().azimuth_deg, -100, 2);
  EXPECT_NEAR(spin.views.back().azimuth_deg, 0, 1e-9);
  EXPECT_EQ(spin.views.back().sources[0].frame.value, 0u);
  EXPECT_EQ(spin.views.front().sources[0].frame.value, 20u);
  EXPECT_THAT(spin.coverage.findings, testing::Contains(testing::HasSubstr("of 360 degrees")));
}

TEST(Spin, UpsideDownFramesAreTurnedUpright) {
  SyntheticOrbitOptions options{.frames = 30};
  Scene plain = MakeScene(options);
  Scene turned = plain;
  for (std::uint32_t f = 8; f < 14; ++f) {
    TurnUpsideDown(turned.reconstruction, FrameId{f});
    const Camera& camera = turned.reconstruction.cameras[0];
    turned.sweep.frames[f].image =
        EncodePng(Picture(camera, turned.reconstruction.frames[f].cam_from_world, 1));
  }
  turned.orbit = *EstimateOrbit(turned.reconstruction, turned.sweep, OrbitOptions{});
  const RotatingView a = MustBuild(plain, {.threads = 2});
  const RotatingView b = MustBuild(turned, {.threads = 2});
  const View& view = b.views[24];
  const Image made = *Decode(view.image, 3);
  const Image truth = Picture(*b.view_camera, CamFromWorld(b, view), 1);
  const int x = static_cast<int>(b.view_camera->cx_px) + 20;
  const int y = static_cast<int>(b.view_camera->cy_px) - 25;
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(made.at(x, y)[c], truth.at(x, y)[c], 8);
  EXPECT_EQ(a.views.size(), b.views.size());
}

TEST(Spin, ExposureIsEvened) {
  const Scene scene = MakeScene({.frames = 36}, 0.25);
  const auto flicker = [&](bool even) {
    const RotatingView spin = MustBuild(scene, {.spacing_deg = 10, .threads = 2, .even_exposure = even});
    std::vector<double> levels;
    for (const View& view : spin.views) {
      const Image image = *Decode(view.image, 3);
      double sum = 0;
      for (int x = 4; x < 12; ++x)
        for (int y = 4; y < 12; ++y) sum += LinearFromSrgb(image.at(x, y)[1] / 255.0) / 64;
      levels.push_back(sum);  // the sky's green, the same everywhere
    }
    double worst = 0;
    for (std::size_t i = 0; i + 1 < levels.size(); ++i)
      worst = std::max(worst, std::abs(levels[i + 1] / levels[i] - 1));
    return worst;
  };
  EXPECT_GT(flicker(false), 0.2);
  EXPECT_LT(flicker(true), 0.03);
}

// The item turns under a lamp before a wall on which nothing can be matched: its light changes, the wall's
// does not, and the wall decides.
TEST(Spin, LightOnATurningItemIsNoExposure) {
  Scene scene = MakeScene(Shaky());
  std::vector<spin::SourceCamera> sources;
  for (std::size_t i = 0; i < scene.sweep.frames.size(); ++i) {
    const PosedFrame& frame = scene.reconstruction.frames[i];
    const double turn = 2 * 3.14159265358979 * static_cast<double>(i) / scene.sweep.frames.size();
    Image image = *Decode(scene.sweep.frames[i].image, 3);
    for (int y = 0; y < image.height; ++y)
      for (int x = 0; x < image.width; ++x)
        for (int c = 0; c < 3; ++c) {
          const bool item = std::hypot(x - image.width / 2.0, y - image.height / 2.0) < 45;
          std::uint8_t& value = image.at(x, y)[c];
          value = static_cast<std::uint8_t>(item ? value * (0.8 + 0.3 * std::sin(turn)) : 90 + x / 4 + 5 * c);
        }
    scene.sweep.frames[i].image = EncodePng(image);
    sources.push_back({.frame = static_cast<std::uint32_t>(i),
                       .camera = scene.reconstruction.cameras[0],
                       .cam_from_world = frame.cam_from_world,
                       .azimuth = turn});
  }
  const auto gains = spin::EstimateGains(scene.sweep, scene.reconstruction, scene.orbit, sources, 2);
  ASSERT_TRUE(gains) << gains.error().message;
  for (const exposure::Gain& gain : *gains)
    for (const double g : gain) EXPECT_NEAR(g, 1, 0.02);
}

TEST(Spin, DepthIsThatOfTheBall) {
  const Scene scene = MakeScene({.frames = 36});
  const RotatingView spin = MustBuild(scene, {.threads = 2});
  const Raster16 depth = *DecodePng16(spin.views[5].depth);
  const int x = static_cast<int>(spin.view_camera->cx_px * depth.width / spin.width);
  const int y = static_cast<int>(spin.view_camera->cy_px * depth.height / spin.height);
  const double at_center = depth.pixels[static_cast<std::size_t>(y) * depth.width + x] * spin.depth_unit;
  EXPECT_NEAR(at_center, 1 - 0.9 / spin.orbit->radius, 0.02);
}

TEST(Spin, SameBytesAtAnyThreadCount) {
  const Scene scene = MakeScene(Shaky(), 0.1);
  const RotatingView one = MustBuild(scene, {.threads = 1});
  for (const int threads : {2, 4}) {
    const RotatingView other = MustBuild(scene, {.threads = threads});
    ASSERT_EQ(one.views.size(), other.views.size());
    for (std::size_t i = 0; i < one.views.size(); ++i) {
      EXPECT_EQ(one.views[i].image, other.views[i].image);
      EXPECT_EQ(one.views[i].provenance, other.views[i].provenance);
      EXPECT_EQ(one.views[i].depth, other.views[i].depth);
    }
  }
}

TEST(Spin, BlurredFramesAreNoSources) {
  Scene scene = MakeScene({.frames = 36});
  for (std::size_t i = 0; i < 36; i += 2) scene.sweep.frames[i].for_spin = false;
  const RotatingView spin = MustBuild(scene, {.threads = 2});
  EXPECT_EQ(spin.views.size(), 36u);  // at most two for each of 18 sharp frames
  EXPECT_THAT(spin.coverage.findings, testing::Contains(testing::HasSubstr("18 sharp frames")));
  for (const View& view : spin.views)
    for (const ViewSource& source : view.sources) EXPECT_EQ(source.frame.value % 2, 1u);
  ASSERT_EQ(spin.sources.size(), 36u);
  EXPECT_FALSE(spin.sources[0].used_in_view);
  EXPECT_FALSE(spin.sources[0].image.empty());
}

TEST(Spin, FailsCleanly) {
  Scene scene = MakeScene({.frames = 12});
  const auto build = [&](const SpinOptions& options, const Progress& progress) {
    return BuildSpin(scene.sweep, scene.reconstruction, scene.orbit, {}, options, progress);
  };
  EXPECT_EQ(build({.spacing_deg = 0}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(build({}, [](std::string_view stage, double) { return stage != "views"; }).error().code,
            ErrorCode::kCancelled);
  scene.sweep.frames[4].image.bytes.resize(100);
  const Result<RotatingView> corrupt = build({}, {});
  ASSERT_FALSE(corrupt);
  EXPECT_EQ(corrupt.error().code, ErrorCode::kCorrupt);
  for (SweepFrame& frame : scene.sweep.frames) frame.for_spin = false;
  EXPECT_EQ(build({}, {}).error().code, ErrorCode::kInsufficientData);
}

}  // namespace
}  // namespace rv
