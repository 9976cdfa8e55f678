// What the matches alone say of a capture: a camera that turned on the spot, photos with two zooms.
#include <gtest/gtest.h>

#include "reconstruct/matching/spot_turn.h"
#include "reconstruct/matching/zoom.h"
#include "tests/reconstruct/mapping_fixture.h"

namespace rv::matching {
namespace {

SpotTurn TurnOf(const SyntheticOrbitOptions& options) {
  const MappingProblem problem = MakeMappingProblem(options, 1.4);
  return ExplainByRotation(problem.features, problem.pairs, problem.cameras, problem.camera_of);
}

TEST(SpotTurn, APanIsARotationWhateverTheFocalLengthWasTakenFor) {
  const SpotTurn turn = TurnOf({.frames = 24,
                                .arc_deg = 70,
                                .motion = SyntheticMotion::kPureRotation,
                                .background_points = 6000,
                                .noise_px = 0.5});
  EXPECT_GT(turn.pairs, 6);
  EXPECT_GT(turn.explained, 0.95);
  EXPECT_TRUE(TurnsOnTheSpot(turn));
}

TEST(SpotTurn, AWalkRoundAnItemIsNone) {
  const SpotTurn turn = TurnOf({.frames = 24, .arc_deg = 120, .background_points = 4000, .noise_px = 0.5});
  EXPECT_LT(turn.explained, 0.3);
  EXPECT_FALSE(TurnsOnTheSpot(turn));
}

// Before an even ground only the item matches; turning by little it moves much as a rotation moves it.
TEST(SpotTurn, AnItemAloneIsNoEvidence) {
  const SpotTurn turn = TurnOf({.frames = 36, .object_radius = 0.5});
  EXPECT_FALSE(TurnsOnTheSpot(turn));
}

// Frames from `first` on are enlarged by `zoom` about the picture's center.
void Enlarge(double zoom, std::size_t first, MappingProblem& problem) {
  const Eigen::Vector2d middle(problem.cameras[0].width / 2.0, problem.cameras[0].height / 2.0);
  for (std::size_t f = first; f < problem.features.size(); ++f)
    for (Eigen::Vector2d& px : problem.features[f].px) px = middle + zoom * (px - middle);
}

TEST(ZoomGroups, AJumpOfEverythingIsAnotherZoom) {
  MappingProblem problem = MakeMappingProblem({.frames = 24, .background_points = 500, .noise_px = 0.3}, 1);
  Enlarge(1.6, 14, problem);
  const ZoomGroups groups = FindZoomGroups(problem.features, problem.pairs);
  ASSERT_EQ(groups.relative.size(), 2U);
  for (int f = 0; f < 24; ++f) EXPECT_EQ(groups.group_of[f] == groups.group_of[0], f < 14) << f;
  EXPECT_NEAR(groups.relative[groups.group_of[20]] / groups.relative[groups.group_of[0]], 1.6, 0.12);
}

TEST(ZoomGroups, ComingNearerIsNone) {
  MappingProblem problem = MakeMappingProblem({.frames = 24, .radius_swing = 0.2, .noise_px = 0.3}, 1);
  EXPECT_EQ(FindZoomGroups(problem.features, problem.pairs).relative.size(), 1U);
  for (std::size_t f = 1; f < 24; ++f) Enlarge(1.03, f, problem);  // by and by, twice as large
  EXPECT_EQ(FindZoomGroups(problem.features, problem.pairs).relative.size(), 1U);
}

TEST(ZoomGroups, OneOddPhotoMakesNoGroup) {
  MappingProblem problem = MakeMappingProblem({.frames = 16, .noise_px = 0.3}, 1);
  Enlarge(1.5, 15, problem);
  EXPECT_EQ(FindZoomGroups(problem.features, problem.pairs).relative.size(), 1U);
}

}  // namespace
}  // namespace rv::matching
