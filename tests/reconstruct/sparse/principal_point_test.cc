#include "reconstruct/sparse/principal_point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "reconstruct/incremental/final_adjustment.h"
#include "reconstruct/sparse/bundle_adjustment.h"
#include "reconstruct/sparse/principal_point_score.h"
#include "tests/reconstruct/mapping_fixture.h"

namespace rv::sparse {
namespace {

constexpr double kLoss = 3;

// A map whose poses were adjusted with a centered principal point, while the truth has it `cx_offset_px` off.
SparseMap CenteredMap(double cx_offset_px, double noise_px, unsigned seed = 1) {
  SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 20,
                                              .elevation_swing_deg = 25,
                                              .points = 600,
                                              .cx_offset_px = cx_offset_px,
                                              .noise_px = noise_px,
                                              .seed = seed}));
  for (MapPoint& point : map.points) {
    for (MapObservation& seen : point.track) seen.sigma_px = static_cast<float>(std::max(noise_px, 0.1));
  }
  for (Camera& camera : map.cameras) {
    camera.cx_px = camera.width / 2.0;
    camera.cy_px = camera.height / 2.0;
  }
  EXPECT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  return map;
}

TEST(PrincipalPointScore, StepLeadsToTheTruePrincipalPoint) {
  const SparseMap map = CenteredMap(2, 0.05);
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score) << score.error().message;
  EXPECT_NEAR(score->step_px[0], 2, 0.4);
  EXPECT_LT(std::abs(score->step_px[1]), 5 * std::sqrt(score->variance_px2[1]) + 0.1);
  EXPECT_LT(score->variance_px2[0], 1);
}

// The step is that of the bundle adjustment itself, and so is what it gains.
TEST(PrincipalPointScore, AgreesWithABundleAdjustmentThatIsFree) {
  const SparseMap map = CenteredMap(2, 0.05, 4);
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score);
  SparseMap free = map;
  const auto fit = AdjustBundle(free, {.refine_principal_point = true,
                                       .loss_scale = kLoss,
                                       .max_iterations = 100,
                                       .function_tolerance = 1e-12});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(score->step_px[0], free.cameras[0].cx_px - free.cameras[0].width / 2.0, 0.1);
  EXPECT_NEAR(score->step_px[1], free.cameras[0].cy_px - free.cameras[0].height / 2.0, 0.1);
  EXPECT_NEAR(score->gain, fit->initial_cost - fit->final_cost, 0.15 * score->gain);
}

TEST(PrincipalPointScore, OutliersHaveLittleSay) {
  SparseMap map = CenteredMap(2, 0.05);
  for (std::size_t p = 0; p < map.points.size(); p += 25) {
    for (MapObservation& seen : map.points[p].track) seen.px.x() += seen.px.y() < 240 ? 40 : -40;
  }
  ASSERT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score);
  EXPECT_NEAR(score->step_px[0], 2, 0.5);
  EXPECT_LT(score->variance_px2[0], 1);
}

// Beyond the loss's scale the slope falls, and the curvature faster.
TEST(PrincipalPointScore, AgreesWithABundleAdjustmentUnderHeavyTails) {
  double along = 0, squares = 0;  // of the step, on what the bundle adjustment does
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SparseMap map = CenteredMap(0, 0.1, seed);
    std::mt19937 random(seed);
    for (MapPoint& point : map.points) {
      for (MapObservation& seen : point.track) {
        for (int axis = 0; axis < 2; ++axis) {
          const double uniform = static_cast<double>(random()) / std::mt19937::max();
          seen.px[axis] += 0.1 * std::tan(1.4 * (2 * uniform - 1));  // nearly Cauchy's distribution
        }
      }
    }
    BundleOptions options{.loss_scale = kLoss, .max_iterations = 60, .function_tolerance = 1e-10};
    ASSERT_TRUE(AdjustBundle(map, options));
    const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
    ASSERT_TRUE(score);
    options.refine_principal_point = true;
    options.principal_point_sigma = 0.1;
    ASSERT_TRUE(AdjustBundle(map, options));
    const Camera& camera = map.cameras[0];
    const Eigen::Vector2d moved(camera.cx_px - camera.width / 2.0, camera.cy_px - camera.height / 2.0);
    along += score->step_px.dot(moved);
    squares += moved.squaredNorm();
  }
  EXPECT_NEAR(along / squares, 1, 0.15);
}

// More frames than the reduced system takes: every second one answers, and the answer is the same.
TEST(PrincipalPointScore, LongSweepsAreThinnedOut) {
  SparseMap map = TrueMap(MakeSyntheticOrbit(
      {.frames = 300, .elevation_swing_deg = 25, .points = 150, .cx_offset_px = 2, .noise_px = 0.05}));
  for (Camera& camera : map.cameras) camera.cx_px = camera.width / 2.0;
  ASSERT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 30}));
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score);
  EXPECT_NEAR(score->step_px[0], 2, 0.4);
}

TEST(PrincipalPointScore, SpreadIsThatOfRepeatedNoise) {
  double squares = 0, predicted = 0;
  constexpr int kRepeats = 12;
  for (unsigned seed = 1; seed <= kRepeats; ++seed) {
    const SparseMap map = CenteredMap(0, 0.5, seed);
    const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
    ASSERT_TRUE(score);
    squares += score->step_px[0] * score->step_px[0] / kRepeats;
    predicted += score->variance_px2[0] / kRepeats;
  }
  EXPECT_GT(squares, predicted / 4);
  EXPECT_LT(squares, predicted * 4);
}

TEST(PrincipalPoint, NoiseAloneDoesNotMoveIt) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const auto weighed = TestPrincipalPoints(CenteredMap(0, 0.5, seed), kLoss);
    ASSERT_TRUE(weighed);
    EXPECT_LT(weighed->evidence, weighed->penalty) << seed;
  }
}

TEST(PrincipalPoint, ADisplacementOutweighsItsPrice) {
  const auto weighed = TestPrincipalPoints(CenteredMap(4, 0.3), kLoss);
  ASSERT_TRUE(weighed);
  EXPECT_GT(weighed->evidence, 5 * weighed->penalty);
}

// One part of the scene whose points all err in the same way must not outweigh the rest.
TEST(PrincipalPoint, PartsThatDisagreeSpeakForErrors) {
  SparseMap map = CenteredMap(0, 0.3);
  const std::vector<int> group_of = SplitScene(map, 8);
  for (std::size_t p = 0; p < map.points.size(); ++p) {
    if (group_of[p] != 2) continue;
    for (MapObservation& seen : map.points[p].track) seen.px.x() += 0.02 * (seen.px.y() - 240);
  }
  ASSERT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  const auto score = ScorePrincipalPoints(map, kLoss, group_of, 8);
  const auto weighed = TestPrincipalPoints(map, kLoss);
  ASSERT_TRUE(score && weighed);
  EXPECT_GT(score->gain, weighed->penalty);  // counted one by one, the observations would move it
  EXPECT_LT(weighed->evidence, 0.5 * score->gain);
}

// On a level ring the height of the center is open: nothing may be made of it.
TEST(PrincipalPoint, WhatALevelRingLeavesOpenIsUncertain) {
  SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 20, .points = 600, .noise_px = 0.3}));
  for (MapPoint& point : map.points) {
    for (MapObservation& seen : point.track) seen.sigma_px = 0.3F;
  }
  ASSERT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score);
  EXPECT_GT(score->variance_px2[1], 25 * score->variance_px2[0]);
  EXPECT_LT(std::abs(score->step_px[1]), 3 * std::sqrt(score->variance_px2[1]));
}

// Errors that every point of a frame shares, as a rolling shutter makes them, count once a segment of frames.
TEST(PrincipalPoint, FramesThatDisagreeSpeakForErrors) {
  SparseMap map = CenteredMap(0, 0.3);
  for (MapPoint& point : map.points) {
    for (MapObservation& seen : point.track) {
      const double shear = 0.01 * std::sin(1.7 * seen.frame * seen.frame);
      seen.px.x() += shear * (seen.px.y() - 240);
    }
  }
  ASSERT_TRUE(AdjustBundle(map, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  const auto score = ScorePrincipalPoints(map, kLoss, SplitScene(map, 8), 8);
  ASSERT_TRUE(score);
  EXPECT_GT(score->variance_px2[0], 4 * score->naive_px2[0]);
}

TEST(PrincipalPoint, PriorHoldsWhatIsUncertainAndLeavesWhatIsKnown) {
  SparseMap map =
      TrueMap(MakeSyntheticOrbit({.frames = 20, .points = 600, .cx_offset_px = 9, .noise_px = 0.3}));
  for (MapPoint& point : map.points) {
    for (MapObservation& seen : point.track) seen.sigma_px = 0.3F;
  }
  const auto sigmas = PrincipalPointPriorSigmas(map, kLoss);
  ASSERT_TRUE(sigmas);
  ASSERT_EQ(sigmas->size(), 1U);
  SparseMap held = map;
  held.cameras[0].cy_px += 6;  // nothing speaks for it on a level ring
  ASSERT_TRUE(AdjustBundle(held, {.refine_principal_point = true,
                                  .principal_point_sigma_px = *sigmas,
                                  .loss_scale = kLoss,
                                  .max_iterations = 50,
                                  .function_tolerance = 1e-10}));
  EXPECT_NEAR(held.cameras[0].cx_px - held.cameras[0].width / 2.0, 9, 0.5);
  EXPECT_NEAR(held.cameras[0].cy_px - held.cameras[0].height / 2.0, 0, 1.5);
}

// A bundle adjustment believes errors that frames share as often as they are seen: so must its prior be
// believed.
TEST(PrincipalPoint, PriorIsAsSureOfItselfAsTheObservationsAre) {
  const SparseMap calm = CenteredMap(0, 0.3);
  SparseMap sheared = calm;
  for (MapPoint& point : sheared.points) {
    for (MapObservation& seen : point.track)
      seen.px.x() += 0.01 * std::sin(1.7 * seen.frame * seen.frame) * (seen.px.y() - 240);
  }
  ASSERT_TRUE(AdjustBundle(sheared, {.loss_scale = kLoss, .max_iterations = 50, .function_tolerance = 1e-9}));
  const auto of_calm = PrincipalPointPriorSigmas(calm, kLoss),
             of_sheared = PrincipalPointPriorSigmas(sheared, kLoss);
  ASSERT_TRUE(of_calm && of_sheared);
  EXPECT_LT((*of_sheared)[0].x(), 0.7 * (*of_calm)[0].x());
}

TEST(PrincipalPoint, PriorCostGrowsWithTheSquare) {
  SparseMap map = CenteredMap(0, 0.3);
  EXPECT_EQ(PrincipalPointPriorCost(map), 0);
  map.cameras[0].cx_px += 3;
  const double one = PrincipalPointPriorCost(map);
  map.cameras[0].cx_px += 3;
  EXPECT_GT(one, 0);
  EXPECT_NEAR(PrincipalPointPriorCost(map), 4 * one, 1e-9);
}

TEST(PrincipalPoint, PartsOfTheSceneAreEvenAndApart) {
  SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 8, .points = 403}));
  map.points[7].valid = false;
  const std::vector<int> group_of = SplitScene(map, 8);
  EXPECT_EQ(group_of[7], -1);
  std::vector<int> sizes(8, 0);
  std::vector<Eigen::AlignedBox3d> boxes(8);
  for (std::size_t p = 0; p < group_of.size(); ++p) {
    if (group_of[p] < 0) continue;
    ++sizes[group_of[p]];
    boxes[group_of[p]].extend(map.points[p].position);
  }
  EXPECT_LE(*std::max_element(sizes.begin(), sizes.end()) - *std::min_element(sizes.begin(), sizes.end()), 1);
  for (int g = 0; g < 8; ++g) {
    for (int h = 0; h < g; ++h) EXPECT_TRUE(boxes[g].intersection(boxes[h]).isEmpty()) << g << ' ' << h;
  }
}

// The whole of the last adjustment, from a centered start; even pictures leave the observations where they
// are.
double FinalCenterPx(double cx_offset_px, const incremental::IncrementalOptions& options = {}) {
  SparseMap map = CenteredMap(cx_offset_px, 0.3, 2);
  const std::vector<Image> gray(map.frames.size(), Image::Make(640, 480, 1, 128));
  const Status adjusted = incremental::AdjustFinally(map, gray, options, {});
  EXPECT_TRUE(adjusted);
  return map.cameras[0].cx_px - map.cameras[0].width / 2.0;
}

TEST(FinalAdjustment, FreesAPrincipalPointThatIsOff) { EXPECT_NEAR(FinalCenterPx(9), 9, 1); }

TEST(FinalAdjustment, HoldsAPrincipalPointThatIsCenteredOrKnown) {
  EXPECT_EQ(FinalCenterPx(0), 0);
  EXPECT_EQ(FinalCenterPx(9, {.camera_known = true}), 0);
}

}  // namespace
}  // namespace rv::sparse
