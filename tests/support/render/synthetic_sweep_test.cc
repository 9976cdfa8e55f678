// Pictures against their truth: what the poses say must be what the pixels show.
#include "tests/support/render/synthetic_sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace rv {
namespace {

SweepScene Quick() {
  SweepScene scene;
  scene.width = 320;
  scene.height = 240;
  scene.frames = 36;
  scene.studio = true;
  scene.shadows = false;
  scene.clutter = false;
  scene.samples = 4;
  return scene;
}

float Luma(const LinearImage& image, int x, int y) {
  const float* p = &image.pixels[(static_cast<std::size_t>(y) * image.width + x) * 3];
  return 0.25F * p[0] + 0.5F * p[1] + 0.25F * p[2];
}

// What the print alone shows: the mean of the 9 x 9 pixels round each is taken off, and with it light that
// depends on the direction of view. Pixels nearer than 5 px to the object's rim get 2, out of any print's
// range.
std::vector<float> PrintOnly(const LinearImage& image, const Image& matte) {
  std::vector<float> print(matte.pixels.size(), 2.0F);
  for (int y = 5; y < image.height - 5; ++y) {
    for (int x = 5; x < image.width - 5; ++x) {
      float sum = 0;
      bool inside = true;
      for (int dy = -5; dy <= 5; ++dy) {
        for (int dx = -5; dx <= 5; ++dx) {
          inside &= matte.at(x + dx, y + dy)[0] != 0;
          if (std::abs(dx) < 5 && std::abs(dy) < 5) sum += Luma(image, x + dx, y + dy);
        }
      }
      if (inside) print[static_cast<std::size_t>(y) * image.width + x] = Luma(image, x, y) - sum / 81;
    }
  }
  return print;
}

// Mean shift, px, between frame `b` and what depth and poses predict of it from frame `a`: one Lucas-Kanade
// step over all object pixels seen by both.
Eigen::Vector2d MeanShift(const SyntheticSweep& sweep, int a, int b) {
  const DepthTruth depth_a = sweep.Depth(a), depth_b = sweep.Depth(b);
  const std::vector<float> print_a = PrintOnly(sweep.RenderLinear(a), depth_a.matte);
  const std::vector<float> print_b = PrintOnly(sweep.RenderLinear(b), depth_b.matte);
  const Camera& camera = sweep.camera();
  const Rigid3 b_from_a = sweep.Truth(b).cam_from_object * sweep.Truth(a).cam_from_object.Inverse();
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
  Eigen::Vector2d right = Eigen::Vector2d::Zero();
  int used = 0;
  for (int y = 0; y < camera.height; ++y) {
    for (int x = 0; x < camera.width; ++x) {
      const std::size_t at = static_cast<std::size_t>(y) * camera.width + x;
      if (print_a[at] > 1) continue;
      const Eigen::Vector3d in_b = b_from_a * (depth_a.depth[at] * camera.Ray({x + 0.5, y + 0.5}));
      const auto pixel = camera.Project(in_b);
      const int x0 = static_cast<int>(std::floor(pixel->x() - 0.5)),
                y0 = static_cast<int>(std::floor(pixel->y() - 0.5));
      if (x0 < 1 || y0 < 1 || x0 > camera.width - 3 || y0 > camera.height - 3) continue;
      const float ax = static_cast<float>(pixel->x() - 0.5 - x0),
                  ay = static_cast<float>(pixel->y() - 0.5 - y0);
      const float* p = &print_b[static_cast<std::size_t>(y0) * camera.width + x0];
      const int w = camera.width;
      if (p[0] > 1 || p[1] > 1 || p[w] > 1 || p[w + 1] > 1) continue;
      const double gx = (1 - ay) * (p[1] - p[0]) + ay * (p[w + 1] - p[w]);
      const double gy = (1 - ax) * (p[w] - p[0]) + ax * (p[w + 1] - p[1]);
      const double there = (1 - ay) * ((1 - ax) * p[0] + ax * p[1]) + ay * ((1 - ax) * p[w] + ax * p[w + 1]);
      normal += Eigen::Vector2d(gx, gy) * Eigen::Vector2d(gx, gy).transpose();
      right += Eigen::Vector2d(gx, gy) * (print_a[at] - there);
      ++used;
    }
  }
  EXPECT_GT(used, 1500);
  return normal.ldlt().solve(right);
}

TEST(SyntheticSweep, TextureMovesAsPosesAndDepthSay) {
  SweepScene scene = Quick();
  scene.object = "stone";
  scene.print = "terrazzo";
  scene.frames = 72;
  scene.k1 = -0.08;
  scene.k2 = 0.02;
  scene.cx_offset_px = 4;
  scene.shake = 1;
  const SyntheticSweep sweep(scene);
  for (const int frame : {0, 30}) {
    const Eigen::Vector2d shift = MeanShift(sweep, frame, frame + 1);
    EXPECT_LT(shift.norm(), 0.05) << shift.transpose();
  }
}

TEST(SyntheticSweep, TurntableTextureMovesAsTheTruthOfTheObjectSays) {
  SweepScene scene = Quick();
  scene.object = "stone";
  scene.print = "terrazzo";
  scene.frames = 72;
  scene.capture = CaptureKind::kTurntable;
  const SyntheticSweep sweep(scene);
  const Eigen::Vector2d shift = MeanShift(sweep, 3, 4);
  EXPECT_LT(shift.norm(), 0.05) << shift.transpose();
}

TEST(SyntheticSweep, ACapTurnedAboutTheAxisIsSeenWhereTheAxisProjects) {
  SweepScene scene = Quick();
  scene.object = "bottle";
  scene.print = "plain";
  scene.cx_offset_px = 3.3;
  const SyntheticSweep sweep(scene);
  const LinearImage image = sweep.RenderLinear(5);
  const DepthTruth truth = sweep.Depth(5);
  // The black cap against the pale room: the darkness above the bottle's neck, weighted, and its matte.
  double dark = 0, dark_x = 0, matte = 0, matte_x = 0;
  int top = 0;
  while (std::all_of(truth.matte.pixels.begin() + top * 320, truth.matte.pixels.begin() + (top + 1) * 320,
                     [](std::uint8_t m) { return m == 0; })) {
    ++top;
  }
  for (int y = top + 1; y < top + 6; ++y) {
    const float pale = Luma(image, 120, y);
    for (int x = 120; x < 206; ++x) {
      const double weight = std::clamp((pale - Luma(image, x, y)) / (0.7 * pale), 0.0, 1.0);
      dark += weight;
      dark_x += weight * (x + 0.5);
      if (truth.matte.at(x, y)[0] == 0) continue;
      matte += 1;
      matte_x += x + 0.5;
    }
  }
  const double axis = sweep.camera().Project(sweep.Truth(5).cam_from_object * Eigen::Vector3d(0, 1, 0))->x();
  EXPECT_NEAR(axis, 163.3, 0.05);
  EXPECT_NEAR(dark_x / dark, axis, 0.1) << "over " << dark << " pixels";
  EXPECT_NEAR(matte_x / matte, axis, 0.2);
}

TEST(SyntheticSweep, DepthOfTheTableIsTheRaysMeetingWithItsPlane) {
  SweepScene scene = Quick();
  scene.k1 = -0.05;
  const SyntheticSweep sweep(scene);
  const DepthTruth truth = sweep.Depth(7);
  const Rigid3 world_from_cam = sweep.CamFromWorld(7).Inverse();
  int tested = 0;
  for (int x = 5; x < 320; x += 31) {
    const std::size_t at = static_cast<std::size_t>(220) * 320 + x;
    if (truth.matte.pixels[at] != 0) continue;
    const Eigen::Vector3d ray = world_from_cam.rotation * sweep.camera().Ray({x + 0.5, 220.5});
    EXPECT_NEAR(truth.depth[at], -world_from_cam.translation.y() / ray.y(), 1e-4);
    ++tested;
  }
  EXPECT_GT(tested, 5);
}

TEST(SyntheticSweep, AzimuthsAreThoseOfTheCameraCenters) {
  for (const CaptureKind kind : {CaptureKind::kWalk, CaptureKind::kTurntable}) {
    for (const bool clockwise : {false, true}) {
      SweepScene scene = Quick();
      scene.capture = kind;
      scene.clockwise = clockwise;
      scene.start_azimuth_deg = 40;
      scene.uneven_speed = 0.5;
      const SyntheticSweep sweep(scene);
      double last = 0;
      for (int i = 0; i < scene.frames; ++i) {
        const FrameTruth truth = sweep.Truth(i);
        const Eigen::Vector3d eye = truth.cam_from_object.Origin();
        EXPECT_NEAR(std::remainder(std::atan2(eye.x(), eye.z()) - truth.azimuth, 2 * std::numbers::pi), 0,
                    1e-9);
        EXPECT_TRUE(i == 0 || (truth.azimuth < last) == clockwise);
        last = truth.azimuth;
        const auto seen = sweep.camera().Project(truth.cam_from_object * sweep.subject());
        EXPECT_LT((*seen - Eigen::Vector2d(160, 120)).norm(), 1e-6);
      }
      EXPECT_NEAR(sweep.Truth(0).azimuth, 40 * std::numbers::pi / 180, 1e-9);
      EXPECT_NEAR(std::abs(last - sweep.Truth(0).azimuth), 2 * std::numbers::pi, 0.4);
    }
  }
}

TEST(SyntheticSweep, TurntableBackgroundStandsStillWhileTheItemTurns) {
  SweepScene scene = Quick();
  scene.capture = CaptureKind::kTurntable;
  scene.object = "box";
  const SyntheticSweep sweep(scene);
  const Image a = sweep.Render(0), b = sweep.Render(9);
  int still = 0, moved = 0;
  for (int x = 0; x < 320; ++x) still += std::equal(a.at(x, 8), a.at(x, 8) + 3, b.at(x, 8)) ? 1 : 0;
  for (int y = 100; y < 140; ++y) {
    for (int x = 140; x < 180; ++x) moved += std::abs(a.at(x, y)[1] - b.at(x, y)[1]) > 8 ? 1 : 0;
  }
  EXPECT_EQ(still, 320);
  EXPECT_GT(moved, 300);
}

TEST(SyntheticSweep, SurfacePointsAreSeenByTheNextFrameAtTheirDepth) {
  SweepScene scene = Quick();
  scene.capture = CaptureKind::kTurntable;
  scene.object = "box";
  const SyntheticSweep sweep(scene);
  const auto point = sweep.SurfacePoint(4, 160, 120);
  ASSERT_TRUE(point);
  const Eigen::Vector3d in_cam = sweep.Truth(5).cam_from_object * *point;
  const auto pixel = sweep.camera().Project(in_cam);
  const DepthTruth truth = sweep.Depth(5);
  const std::size_t at = static_cast<std::size_t>(pixel->y()) * 320 + static_cast<std::size_t>(pixel->x());
  EXPECT_NEAR(truth.depth[at], in_cam.z(), 0.03);
}

TEST(SyntheticSweep, RollingShutterShowsEachRowAtItsOwnTime) {
  SweepScene scene = Quick();
  scene.print = "plain";
  scene.fps = 10;
  scene.frames = 20;  // one turn in two seconds
  scene.readout_s = 0.03;
  const DepthTruth rolling = SyntheticSweep(scene).Depth(3);
  scene.readout_s = 0;
  for (const int row : {60, 120, 239}) {
    const double late_s = 0.03 * ((row + 0.5) / 240 - 0.5);
    scene.start_azimuth_deg = 180 * late_s;
    const DepthTruth then = SyntheticSweep(scene).Depth(3);
    for (int x = 0; x < 320; ++x) {
      EXPECT_NEAR(rolling.depth[row * 320 + x], then.depth[row * 320 + x], 1e-3) << row << " " << x;
      EXPECT_EQ(rolling.matte.at(x, row)[0], then.matte.at(x, row)[0]) << row << " " << x;
    }
  }
}

TEST(SyntheticSweep, SameBytesAtAnyNumberOfThreads) {
  SweepScene scene = Quick();
  scene.shake = 1;
  scene.noise = 2;
  scene.shutter_s = 0.01;
  scene.readout_s = 0.01;
  scene.shadows = true;
  scene.threads = 1;
  const SyntheticSweep one(scene);
  scene.threads = 4;
  const SyntheticSweep four(scene);
  EXPECT_EQ(one.Render(2), four.Render(2));
  EXPECT_EQ(one.Depth(2).depth, four.Depth(2).depth);
  scene.seed = 2;
  EXPECT_NE(SyntheticSweep(scene).Render(2), four.Render(2));
}

TEST(SyntheticSweep, ImperfectionsDoWhatTheySay) {
  SweepScene scene = Quick();
  const Image clean = SyntheticSweep(scene).Render(0);
  scene.noise = 3;
  const Image noisy = SyntheticSweep(scene).Render(0);
  double squares = 0;
  int count = 0;
  for (std::size_t i = 0; i < clean.pixels.size(); ++i) {
    if (clean.pixels[i] < 110 || clean.pixels[i] > 145) continue;
    squares += std::pow(clean.pixels[i] - noisy.pixels[i], 2);
    ++count;
  }
  ASSERT_GT(count, 200);
  EXPECT_NEAR(std::sqrt(squares / count), 3, 0.8);
}

TEST(SyntheticSweep, StopsAndVariableRates) {
  SweepScene scene = Quick();
  scene.frames = 200;
  scene.stops = 2;
  scene.variable_rate = true;
  const SyntheticSweep sweep(scene);
  int stands = 0;
  bool irregular = false;
  for (int i = 1; i < scene.frames; ++i) {
    const FrameTruth a = sweep.Truth(i - 1), b = sweep.Truth(i);
    ASSERT_GT(b.time_s, a.time_s);
    irregular |= std::abs(b.time_s - a.time_s - 1 / 30.0) > 0.005;
    stands += std::abs(b.azimuth - a.azimuth) < 1e-9 ? 1 : 0;
  }
  EXPECT_GT(stands, 10);
  EXPECT_TRUE(irregular);
}

TEST(SyntheticSweep, RefusesWhatItCannotDraw) {
  SweepScene scene;
  scene.object = "teapot of Utah";
  EXPECT_EQ(scene.Validate().error().code, ErrorCode::kInvalidArgument);
  scene = {};
  scene.samples = 3;
  EXPECT_FALSE(scene.Validate());
  scene = {};
  scene.readout_s = 1;
  EXPECT_FALSE(scene.Validate());
  EXPECT_TRUE(SweepScene().Validate());
}

}  // namespace
}  // namespace rv
