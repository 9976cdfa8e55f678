#include "reconstruct/incremental/mapper.h"

#include <gtest/gtest.h>

#include "reconstruct/matching/focal.h"
#include "reconstruct/sparse/bundle_adjustment.h"
#include "reconstruct/sparse/resection.h"
#include "reconstruct/sparse/triangulation.h"
#include "tests/reconstruct/mapping_fixture.h"

namespace rv::incremental {
namespace {

Result<sparse::SparseMap> Grow(const MappingProblem& problem, const IncrementalOptions& options = {}) {
  const sparse::SparseMap unposed =
      sparse::MakeMap(problem.features, problem.tracks, problem.cameras, problem.camera_of);
  return MapFromSeveralStarts(unposed, problem.features, problem.pairs, options, {});
}

TEST(Mapper, ExactOrbitIsRecoveredToThePixel) {
  const MappingProblem problem = MakeMappingProblem({.frames = 24, .points = 300}, 1.0);
  const auto map = Grow(problem);
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_LT(WorstCenterErrorPct(*map, problem.orbit), 0.01);
  EXPECT_NEAR(map->cameras[0].focal_px, 700, 1);
}

TEST(Mapper, WrongFocalGuessIsCorrected) {
  const MappingProblem problem =
      MakeMappingProblem({.frames = 24, .points = 400, .noise_px = 0.3, .seed = 3}, 1.25);
  auto map = Grow(problem);
  ASSERT_TRUE(map) << map.error().message;
  ASSERT_TRUE(sparse::AdjustBundle(*map, {.max_iterations = 50}));
  EXPECT_NEAR(map->cameras[0].focal_px, 700, 14);
  EXPECT_LT(WorstCenterErrorPct(*map, problem.orbit), 0.5);
}

TEST(Mapper, NoiseAndOutliersLeaveAllFramesPosed) {
  const MappingProblem problem = MakeMappingProblem(
      {.frames = 30, .points = 500, .noise_px = 0.5, .outlier_share = 0.1, .seed = 5}, 1.05);
  const auto map = Grow(problem);
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_LT(WorstCenterErrorPct(*map, problem.orbit), 1.0);
}

TEST(Mapper, PureRotationIsInsufficientData) {
  const MappingProblem problem = MakeMappingProblem({.frames = 12,
                                                     .arc_deg = 60,
                                                     .motion = SyntheticMotion::kPureRotation,
                                                     .points = 300,
                                                     .background_points = 600},
                                                    1.0);
  const auto map = Grow(problem);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kInsufficientData);
  EXPECT_FALSE(map.error().remedy.empty());
}

TEST(Mapper, ThreadsDoNotChangeTheResult) {
  const MappingProblem problem =
      MakeMappingProblem({.frames = 16, .points = 300, .noise_px = 0.5, .seed = 7}, 1.1);
  const auto one = Grow(problem, {.threads = 1});
  const auto four = Grow(problem, {.threads = 4});
  ASSERT_TRUE(one && four);
  for (std::size_t f = 0; f < one->frames.size(); ++f) {
    EXPECT_EQ(one->frames[f].cam_from_world.translation, four->frames[f].cam_from_world.translation);
    EXPECT_EQ(one->frames[f].cam_from_world.rotation.coeffs(),
              four->frames[f].cam_from_world.rotation.coeffs());
  }
}

TEST(Mapper, FrameWithAForeignPoseIsDropped) {
  sparse::SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 12, .points = 300}));
  map.frames[5].cam_from_world = map.frames[9].cam_from_world;
  sparse::FilterMap(map, 4, 0.026, 1);
  EXPECT_EQ(sparse::DropUnsupportedFrames(map, {}), 1);
  EXPECT_FALSE(map.frames[5].posed);
  EXPECT_EQ(map.PosedCount(), 11);
}

TEST(Bundle, PerturbedMapReturnsToTheTruth) {
  SyntheticOrbit orbit = MakeSyntheticOrbit({.frames = 18, .points = 300, .k1 = 0.05});
  SyntheticOrbit moved = orbit;
  PerturbPoses(moved.truth, 0.5, 0.01, 1);
  PerturbPoints(moved.truth, 0.01, 2);
  sparse::SparseMap map = TrueMap(moved);
  map.cameras[0].k1 = 0;
  map.cameras[0].focal_px *= 1.02;
  ASSERT_TRUE(sparse::AdjustBundle(map, {.max_iterations = 100, .function_tolerance = 1e-12}));
  EXPECT_LT(WorstCenterErrorPct(map, orbit), 0.01);
  EXPECT_NEAR(map.cameras[0].k1, 0.05, 1e-3);
}

TEST(Bundle, PrincipalPointStaysUnlessFreed) {
  const SyntheticOrbit orbit = MakeSyntheticOrbit({.frames = 18, .points = 300, .cx_offset_px = 12});
  sparse::SparseMap map = TrueMap(orbit);
  map.cameras[0].cx_px = map.cameras[0].width / 2.0;
  sparse::SparseMap free = map;
  ASSERT_TRUE(sparse::AdjustBundle(map, {}));
  EXPECT_EQ(map.cameras[0].cx_px, 320);
  ASSERT_TRUE(sparse::AdjustBundle(
      free, {.refine_principal_point = true, .max_iterations = 60, .function_tolerance = 1e-10}));
  EXPECT_NEAR(free.cameras[0].cx_px, 332, 0.5);
}

TEST(Bundle, HeldFramesDoNotMove) {
  SyntheticOrbit orbit = MakeSyntheticOrbit({.frames = 10, .points = 200, .noise_px = 1});
  sparse::SparseMap map = TrueMap(orbit);
  const Rigid3 before = map.frames[3].cam_from_world;
  ASSERT_TRUE(
      sparse::AdjustBundle(map, {.refine_focal = false, .refine_distortion = false, .free_frames = {6, 7}}));
  EXPECT_EQ(map.frames[3].cam_from_world.translation, before.translation);
  EXPECT_NE(map.frames[6].cam_from_world.translation, orbit.truth.frames[6].cam_from_world.translation);
}

TEST(Triangulation, FindsThePointAndItsOutlier) {
  sparse::SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 12, .points = 100}));
  sparse::MapPoint& point = map.points[10];
  ASSERT_GE(point.track.size(), 3U);
  const Eigen::Vector3d truth = point.position;
  point.track[0].px.x() += 40;
  point.position.setZero();
  ASSERT_EQ(sparse::TriangulatePoint(map, point, {}), sparse::TriangulationOutcome::kOk);
  EXPECT_LT((point.position - truth).norm(), 1e-6);
  EXPECT_FALSE(point.track[0].inlier);
  EXPECT_TRUE(point.track[1].inlier);
}

TEST(Triangulation, SaysWhyItFails) {
  sparse::SparseMap map = TrueMap(MakeSyntheticOrbit({.frames = 12, .points = 100}));
  sparse::MapPoint point = map.points[0];
  point.track.resize(1);
  EXPECT_EQ(sparse::TriangulatePoint(map, point, {}), sparse::TriangulationOutcome::kTooFewViews);
  point = map.points[0];
  EXPECT_EQ(sparse::TriangulatePoint(map, point, {.min_angle_rad = 3}),
            sparse::TriangulationOutcome::kSmallAngle);
  EXPECT_FALSE(point.valid);
}

TEST(Resection, PosesAFrameDespiteOutliers) {
  const SyntheticOrbit orbit =
      MakeSyntheticOrbit({.frames = 12, .points = 300, .outlier_share = 0.3, .seed = 11});
  sparse::SparseMap map = TrueMap(orbit);
  map.frames[4].posed = false;
  map.frames[4].cam_from_world = {};
  const auto found = sparse::ResectFrame(map, 4, {});
  ASSERT_TRUE(found);
  EXPECT_LT((found->cam_from_world.Origin() - orbit.truth.frames[4].cam_from_world.Origin()).norm(), 1e-3);
  EXPECT_LT(found->inliers, found->candidates);
}

TEST(Focal, ComesOutOfTheFundamentalMatrices) {
  for (const double focal : {500.0, 700.0}) {
    const MappingProblem problem = MakeMappingProblem(
        {.frames = 16, .points = 300, .focal_px = focal, .noise_px = 0.2, .seed = 13}, 1.0);
    const matching::FocalEstimate estimate =
        matching::EstimateFocal(problem.pairs, problem.cameras, problem.camera_of, {1});
    EXPECT_TRUE(estimate.from_pairs);
    EXPECT_NEAR(estimate.ratio * 640, focal, 0.15 * focal);
  }
}

// Epipolar geometry says little about a long lens; mapping must still get there from the guess it is given.
TEST(Focal, LongLensIsReachedByMapping) {
  const MappingProblem problem = MakeMappingProblem(
      {.frames = 24, .radius = 9, .points = 400, .focal_px = 2000, .noise_px = 0.2, .seed = 13}, 0.5);
  auto map = Grow(problem);
  ASSERT_TRUE(map) << map.error().message;
  ASSERT_TRUE(sparse::AdjustBundle(*map, {.max_iterations = 100, .function_tolerance = 1e-9}));
  EXPECT_NEAR(map->cameras[0].focal_px, 2000, 100);
  EXPECT_LT(WorstCenterErrorPct(*map, problem.orbit), 1.5);
}

}  // namespace
}  // namespace rv::incremental
