// The figures of bench/picture on pictures whose faults are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/temp_folder.h"
#include "bench/picture/likeness.h"
#include "bench/picture/recipes.h"
#include "bench/picture/shape.h"
#include "bench/picture/truth.h"
#include "tests/support/scene/synthetic_geometry.h"
#include "tests/support/write/clean_views.h"

namespace rv::picture {
namespace {

constexpr int kWidth = 200, kHeight = 160;

// A speckled square of side 80 on an even ground, moved right by `shift` px; `stretch`: wider by a share.
Image Speckled(double shift, double stretch = 1) {
  std::mt19937 random(7);
  std::vector<int> cells(41 * 41);
  for (int& cell : cells) cell = 60 + static_cast<int>(random() % 150);
  Image out = Image::Make(kWidth, kHeight, 3, 230);
  for (int y = 40; y < 120; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const double u = (x + 0.5 - 100 - shift) / stretch + 40;
      if (u < 0 || u >= 80) continue;
      // Bilinear between cells of 2 px, so that half a pixel's shift shows.
      const double at = u / 2;
      const int k = static_cast<int>(at), row = (y - 40) / 2;
      const double value = cells[row * 41 + k] * (1 - at + k) + cells[row * 41 + k + 1] * (at - k);
      for (int c = 0; c < 3; ++c) out.at(x, y)[c] = static_cast<std::uint8_t>(value);
    }
  return out;
}

Image SquareMatte(int left = 60, int right = 140) {
  Image out = Image::Make(kWidth, kHeight, 1);
  for (int y = 40; y < 120; ++y)
    for (int x = left; x < right; ++x) *out.at(x, y) = 255;
  return out;
}

TEST(PictureFigures, AnEqualViewHasNoFaults) {
  const Image truth = Speckled(0), matte = SquareMatte();
  const Likeness likeness = Compare(truth, truth, matte);
  EXPECT_EQ(likeness.psnr_item_db, 99);
  EXPECT_NEAR(likeness.ssim_item, 1, 1e-6);
  const auto displacement = Displacement(truth, truth, matte);
  ASSERT_TRUE(displacement);
  EXPECT_LT(displacement->p99, 0.05);
  const auto outline = OutlineShift(truth, truth, matte);
  ASSERT_TRUE(outline);
  EXPECT_EQ(outline->p99, 0);
  EXPECT_EQ(Flicker(truth, truth, matte, truth, truth, matte), 0);
}

// 2 px of 80 are 2.5 %.
TEST(PictureFigures, AShiftIsSeenInPercentOfTheItem) {
  const Image truth = Speckled(0), matte = SquareMatte();
  const auto displacement = Displacement(Speckled(2), truth, matte);
  ASSERT_TRUE(displacement);
  EXPECT_NEAR(displacement->p50, 2.5, 0.3);
  const auto outline = OutlineShift(Speckled(2), truth, matte);
  ASSERT_TRUE(outline);
  EXPECT_NEAR(outline->p95, 2.5, 0.7);  // of the sides; the top and the bottom have not moved
  EXPECT_LT(Compare(Speckled(2), truth, matte).ssim_item, 0.9);
}

TEST(PictureFigures, WhatStretchesMovesMostAtItsEnds) {
  const auto displacement = Displacement(Speckled(0, 1.06), Speckled(0), SquareMatte());
  ASSERT_TRUE(displacement);
  EXPECT_NEAR(displacement->p50, 1.5, 0.4);  // half-way from the middle to a side: 0.06 * 20 px
  EXPECT_NEAR(displacement->p99, 3, 0.5);    // at a side: 0.06 * 40 px
}

TEST(PictureFigures, AnEvenItemHasNoDisplacementToMeasure) {
  const Image even = Image::Make(kWidth, kHeight, 3, 128);
  EXPECT_FALSE(Displacement(even, even, SquareMatte()));
  EXPECT_FALSE(OutlineShift(even, even, SquareMatte()));
  EXPECT_FALSE(Displacement(even, even, Image::Make(kWidth, kHeight, 1)));
}

TEST(PictureFigures, MattesAgreeByAreaAndByOutline) {
  EXPECT_EQ(MatteIou(SquareMatte(), SquareMatte()), 1);
  EXPECT_NEAR(MatteIou(SquareMatte(60, 120), SquareMatte()), 0.75, 1e-9);
  EXPECT_EQ(BoundaryF(SquareMatte(), SquareMatte(), 2), 1);
  EXPECT_EQ(BoundaryF(SquareMatte(62, 140), SquareMatte(), 2), 1);
  // Of each outline the side that is off by 10 px, some 70 of 320 px, is missed.
  EXPECT_NEAR(BoundaryF(SquareMatte(70, 140), SquareMatte(), 2), 0.76, 0.05);
  EXPECT_EQ(BoundaryF(Image::Make(kWidth, kHeight, 1), SquareMatte(), 2), 0);
}

TEST(PictureFigures, AnItemAtTheEdgeIsCut) {
  EXPECT_FALSE(TouchesEdge(SquareMatte()));
  EXPECT_FALSE(TouchesEdge(SquareMatte(1, kWidth - 1)));
  EXPECT_TRUE(TouchesEdge(SquareMatte(0, 80)));
  EXPECT_TRUE(TouchesEdge(SquareMatte(80, kWidth)));
  EXPECT_FALSE(TouchesEdge(Image::Make(kWidth, kHeight, 1)));
}

TEST(PictureFigures, AGainOfTheCameraIsNoFault) {
  const Image truth = Speckled(0), matte = SquareMatte();
  const Image dim = Scaled(truth, {0.8, 0.9, 1});
  const Gains gains = RatioOfMeans(dim, truth, matte);
  EXPECT_NEAR(gains[0], 1.25, 0.01);
  EXPECT_NEAR(gains[2], 1, 1e-9);
  EXPECT_GT(Compare(Scaled(dim, gains), truth, matte).psnr_item_db, 45);
  // But one that leaps between neighbors is.
  EXPECT_GT(Flicker(truth, truth, matte, dim, truth, matte), 5);
}

// The asset's world is the scene turned, scaled and moved; its virtual cameras must come out where they are.
TEST(PictureTruth, VirtualCamerasAreFoundInTheScene) {
  SyntheticOrbit orbit = MakeSyntheticOrbit({.frames = 9, .points = 20});
  GroundTruth truth;
  for (const PosedFrame& frame : orbit.truth.frames)
    truth.poses[frame.name] = {frame.cam_from_world, orbit.truth.cameras[0]};
  const Rigid3 world_from_scene{
      Eigen::Quaterniond(Eigen::AngleAxisd(1, Eigen::Vector3d(1, 2, 3).normalized())), {3, -1, 2}};
  ApplySimilarity(orbit.truth, 2.5, world_from_scene);
  RotatingView view{.view_camera = Camera::Simple(64, 48, 60)};
  view.reconstruction = orbit.truth;
  view.object_from_world_scale = 0.3;
  view.object_from_world = {Eigen::Quaterniond(Eigen::AngleAxisd(-2, Eigen::Vector3d(0, 1, 1).normalized())),
                            {0.5, 0.1, -0.7}};
  // A virtual camera at each captured place.
  for (const PosedFrame& frame : orbit.truth.frames) {
    const Eigen::Vector3d center = view.object_from_world.rotation * (0.3 * frame.cam_from_world.Origin()) +
                                   view.object_from_world.translation;
    const Eigen::Quaterniond turn =
        frame.cam_from_world.rotation * view.object_from_world.rotation.conjugate();
    view.views.push_back({.cam_from_object = Rigid3{turn, -(turn * center)}});
  }
  const auto cameras = CamerasInScene(view, truth);
  ASSERT_TRUE(cameras) << cameras.error().message;
  ASSERT_EQ(cameras->cam_from_scene.size(), 9u);
  for (std::size_t i = 0; i < 9; ++i) {
    const Rigid3& want = truth.poses.at(orbit.truth.frames[i].name).cam_from_world;
    EXPECT_LT(cameras->cam_from_scene[i].rotation.angularDistance(want.rotation), 1e-6) << i;
    EXPECT_LT((cameras->cam_from_scene[i].translation - want.translation).norm(), 1e-6) << i;
  }
  view.reconstruction.reset();
  EXPECT_EQ(CamerasInScene(view, truth).error().code, ErrorCode::kInsufficientData);
}

// What the bench writes for the generator is what the generator reads.
TEST(PictureTruth, CamerasAreWrittenAsTheGeneratorReadsThem) {
  const Result<TempFolder> folder = TempFolder::Make("rotaview-test");
  ASSERT_TRUE(folder);
  Camera camera = Camera::Simple(64, 48, 60);
  camera.cx_px = 30.5;
  TrueCameras cameras;
  for (const double turn : {0.3, 2.0})
    cameras.cam_from_scene.push_back(
        {Eigen::Quaterniond(Eigen::AngleAxisd(turn, Eigen::Vector3d(1, 2, -1).normalized())), {0.1, -2, 5}});
  ASSERT_TRUE(WriteCameras(cameras, camera, folder->path() / "cameras.json"));
  const auto read = ReadCameras(folder->path() / "cameras.json");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const Rigid3& want = cameras.cam_from_scene[i];
    EXPECT_EQ((*read)[i].camera, camera);
    EXPECT_LT((*read)[i].cam_from_object.rotation.angularDistance(want.rotation), 1e-9);
    EXPECT_LT(((*read)[i].cam_from_object.translation - want.translation).norm(), 1e-9);
  }
  EXPECT_EQ((*read)[1].name, "0001");
}

TEST(PictureRecipes, AreTheSameFromOneSeed) {
  const std::vector<Recipe> a = Recipes(12, 3), b = Recipes(12, 3), c = Recipes(12, 4);
  int differ = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(a[i].options, b[i].options);
    differ += a[i].options != c[i].options;
    EXPECT_THAT(a[i].options, ::testing::Contains("--rasters"));
  }
  EXPECT_EQ(differ, 12);
}

}  // namespace
}  // namespace rv::picture
