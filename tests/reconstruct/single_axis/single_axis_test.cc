#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/statistics.h"
#include "reconstruct/single_axis/adjustment.h"
#include "reconstruct/single_axis/closure.h"
#include "reconstruct/single_axis/poses.h"
#include "reconstruct/single_axis/tracks.h"
#include "tests/reconstruct/mapping_fixture.h"

namespace rv::single_axis {
namespace {

Result<SingleAxisMap> Pose(const MappingProblem& problem,
                           const SingleAxisOptions& options = {.still_camera = true}) {
  return PoseOnSingleAxis(problem.features, problem.pairs, problem.cameras, problem.camera_of, options, {});
}

// Largest error of an angle from the first frame, degrees. The item of a camera that goes round
// counter-clockwise turns clockwise before it: angle = -(azimuth). A flipped sign or frame is an error of up
// to 180 degrees.
double WorstAngleErrorDeg(const SingleAxisModel& model, const SyntheticOrbit& orbit) {
  double worst = 0;
  for (std::size_t f = 0; f < model.angles.size(); ++f) {
    const double turned = model.angles[f] - model.angles[0];
    const double truth = -(orbit.azimuth[f] - orbit.azimuth[0]);
    worst = std::max(worst, std::abs(ToDegrees(turned - truth)));
  }
  return worst;
}

TEST(SingleAxisModel, CameraStandsWhereTiltAndAngleSay) {
  SingleAxisModel model{
      .axis = {.tilt = 0.4}, .angles = {0, 0.5}, .deviations = {PoseDeviation{}, PoseDeviation{}}};
  const Eigen::Vector3d first = CamFromWorld(model, 0).Origin();
  EXPECT_NEAR((first - Eigen::Vector3d(0, std::sin(0.4), std::cos(0.4))).norm(), 0, 1e-12);
  // The item turned by +0.5, so the camera went round it by -0.5.
  const Eigen::Vector3d second = CamFromWorld(model, 1).Origin();
  EXPECT_NEAR(std::atan2(second.x(), second.z()), -0.5, 1e-12);
  EXPECT_NEAR(second.y(), first.y(), 1e-12);
  // Up is up in the picture: y of cam grows downwards.
  EXPECT_LT((CamFromWorld(model, 0) * Eigen::Vector3d(0, 0.1, 0)).y(), 0);
}

TEST(CircularPoses, ExactTurntableIsRecovered) {
  const MappingProblem problem =
      MakeMappingProblem({.frames = 24, .clockwise = true, .points = 300, .turntable = true}, 1.1);
  const auto circle = Pose(problem);
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_LT(WorstCenterErrorPct(circle->map, problem.orbit), 0.5);
  EXPECT_LT(WorstAngleErrorDeg(circle->model, problem.orbit), 0.1);
  EXPECT_NEAR(ToDegrees(circle->model.axis.tilt), 20, 0.3);
  EXPECT_NEAR(circle->map.cameras[0].focal_px, 700, 14);
  EXPECT_GT(circle->evidence.agreeing_share, 0.98);
}

TEST(CircularPoses, UnevenTurnOpenArcAndWrongFocal) {
  const MappingProblem problem =
      MakeMappingProblem({.frames = 20, .arc_deg = 120, .uneven = 0.6, .points = 300, .seed = 3}, 1.25);
  const auto circle = Pose(problem);
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_FALSE(circle->closed);
  EXPECT_LT(WorstAngleErrorDeg(circle->model, problem.orbit), 1);
}

TEST(CircularPoses, NoiseAndOutliers) {
  const MappingProblem problem = MakeMappingProblem(
      {.frames = 24, .points = 300, .noise_px = 0.5, .outlier_share = 0.1, .seed = 5}, 0.9);
  const auto circle = Pose(problem);
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_EQ(circle->evidence.posed, 24);
  EXPECT_TRUE(circle->closed);
  EXPECT_LT(WorstAngleErrorDeg(circle->model, problem.orbit), 1);
}

TEST(CircularPoses, HandHeldWalkMayLeaveTheRing) {
  const MappingProblem problem = MakeMappingProblem({.frames = 24,
                                                     .elevation_swing_deg = 2,
                                                     .radius_swing = 0.02,
                                                     .look_at_wander_deg = 0.8,
                                                     .points = 300,
                                                     .noise_px = 0.3,
                                                     .seed = 9},
                                                    1.0);
  const auto circle = Pose(problem, {.focal_known = true});
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_TRUE(circle->deviations);
  EXPECT_LT(WorstCenterErrorPct(circle->map, problem.orbit), 4);
}

// An item whose two sides look alike: each point has a twin half a turn away, seen half a turn later at the
// same pixels. Frames half a turn apart match as well as neighbors do, each point with its twin.
MappingProblem TwoSided() {
  constexpr int kFrames = 24, kHalf = kFrames / 2;
  const MappingProblem one =
      MakeMappingProblem({.frames = kFrames, .elevation_deg = 15, .points = 260, .seed = 21}, 1.0);
  MappingProblem two = one;
  for (int f = 0; f < kFrames; ++f) {
    const features::FeatureSet& twins = one.features[(f + kHalf) % kFrames];
    two.features[f].px.insert(two.features[f].px.end(), twins.px.begin(), twins.px.end());
    two.features[f].scale_px.insert(two.features[f].scale_px.end(), twins.scale_px.begin(),
                                    twins.scale_px.end());
  }
  const auto own = [&](int f) { return static_cast<int>(one.features[f].size()); };
  std::map<std::pair<int, int>, std::vector<matching::FeatureMatch>> matches;
  const auto add = [&](int a, int b, int in_a, int in_b) {
    matches[std::minmax(a, b)].push_back(a < b ? matching::FeatureMatch{in_a, in_b}
                                               : matching::FeatureMatch{in_b, in_a});
  };
  for (const matching::TwoView& pair : one.pairs) {
    const int far_a = (pair.a + kHalf) % kFrames, far_b = (pair.b + kHalf) % kFrames;
    for (const matching::FeatureMatch& m : pair.matches) {
      add(pair.a, pair.b, m.a, m.b);
      add(far_a, far_b, own(far_a) + m.a, own(far_b) + m.b);  // the twins
      add(pair.a, far_b, m.a, own(far_b) + m.b);              // a point with its twin
      add(far_a, pair.b, own(far_a) + m.a, m.b);
    }
  }
  two.pairs.clear();
  for (const auto& [frames, found] : matches) {
    auto pair = matching::VerifyPair(frames.first, frames.second, two.features[frames.first],
                                     two.features[frames.second], found, {});
    if (pair) two.pairs.push_back(*std::move(pair));
  }
  two.tracks = matching::BuildTracks(two.features, two.pairs);
  return two;
}

TEST(CircularPoses, TwoSidesThatLookAlikeAreNotFolded) {
  const MappingProblem problem = TwoSided();
  const sparse::SparseMap unposed =
      sparse::MakeMap(problem.features, problem.tracks, problem.cameras, problem.camera_of);
  const auto free = incremental::MapFromSeveralStarts(unposed, problem.features, problem.pairs, {}, {});
  EXPECT_TRUE(!free || WorstCenterErrorPct(*free, problem.orbit) > 50) << "this set no longer needs tier 2";
  const auto circle = Pose(problem, {});
  ASSERT_TRUE(circle) << circle.error().message;
  EXPECT_EQ(circle->evidence.posed, 24);
  EXPECT_LT(WorstAngleErrorDeg(circle->model, problem.orbit), 1);
}

TEST(CircularPoses, PureRotationIsRefused) {
  const MappingProblem problem = MakeMappingProblem({.frames = 12,
                                                     .arc_deg = 60,
                                                     .motion = SyntheticMotion::kPureRotation,
                                                     .points = 300,
                                                     .background_points = 600},
                                                    1.0);
  for (const bool still : {false, true}) {
    const auto circle = Pose(problem, {.still_camera = still});
    ASSERT_FALSE(circle);
    EXPECT_EQ(circle.error().code, ErrorCode::kInsufficientData);
    EXPECT_FALSE(circle.error().remedy.empty());
  }
}

TEST(CircularPoses, SlidingAlongIsRefused) {
  const MappingProblem problem = MakeMappingProblem({.frames = 14,
                                                     .radius = 6,
                                                     .motion = SyntheticMotion::kTranslation,
                                                     .shape = SyntheticShape::kPlane,
                                                     .object_radius = 6,
                                                     .points = 500},
                                                    1.0);
  const auto circle = Pose(problem, {.focal_known = true});
  ASSERT_FALSE(circle);
  EXPECT_EQ(circle.error().code, ErrorCode::kInsufficientData);
}

TEST(CircularPoses, UnrelatedPicturesAreRefused) {
  MappingProblem problem = MakeMappingProblem({.frames = 12, .points = 300}, 1.0);
  problem.pairs.clear();
  const auto none = Pose(problem);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kInsufficientData);
  // Matches of chance: everything jumps about.
  const MappingProblem chance =
      MakeMappingProblem({.frames = 12, .points = 300, .outlier_share = 0.7, .seed = 4}, 1.0);
  const auto circle = Pose(chance);
  ASSERT_FALSE(circle);
  EXPECT_EQ(circle.error().code, ErrorCode::kInsufficientData);
}

TEST(CircularPoses, MixedSizesAreRefused) {
  MappingProblem problem = MakeMappingProblem({.frames = 6, .points = 200}, 1.0);
  problem.cameras.push_back(Camera::Simple(300, 200, 300));
  const auto circle = Pose(problem);
  ASSERT_FALSE(circle);
  EXPECT_NE(circle.error().message.find("sizes"), std::string::npos);
}

TEST(CircularPoses, ThreadsDoNotChangeTheResult) {
  const MappingProblem problem =
      MakeMappingProblem({.frames = 16, .points = 200, .noise_px = 0.5, .seed = 7}, 1.1);
  const auto one = Pose(problem, {.still_camera = true, .threads = 1});
  const auto two = Pose(problem, {.still_camera = true, .threads = 2});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->model.angles, two->model.angles);
  EXPECT_EQ(one->map.cameras, two->map.cameras);
}

TEST(Evidence, EachDoubtIsNamed) {
  const Evidence good{.frames = 12,
                      .posed = 12,
                      .points = 90,
                      .agreeing_share = 0.8,
                      .item_share = 1,
                      .near_share = 1,
                      .forward_share = 1,
                      .usual_step_rad = ToRadians(30),
                      .widest_step_rad = ToRadians(33),
                      .narrowest_step_rad = ToRadians(26),
                      .turn_rad = ToRadians(330)};
  EXPECT_EQ(WhyNotSingleAxis(good, true), "");
  Evidence doubtful = good;
  doubtful.widest_step_rad = ToRadians(60);
  EXPECT_NE(WhyNotSingleAxis(doubtful, true).find("60 degrees"), std::string::npos);
  doubtful = good;
  doubtful.narrowest_step_rad = ToRadians(12);
  EXPECT_NE(WhyNotSingleAxis(doubtful, true).find("12 degrees"), std::string::npos);
  doubtful = good;
  doubtful.near_share = 0.2;
  EXPECT_NE(WhyNotSingleAxis(doubtful, true), "");
  doubtful = good;
  doubtful.item_share = 0.1;
  EXPECT_NE(WhyNotSingleAxis(doubtful, false).find("axis"), std::string::npos);
}

TEST(CircularClosure, TurnBetweenTwoFramesIsSigned) {
  const MappingProblem problem = MakeMappingProblem({.frames = 36, .points = 400}, 1.0);
  const auto pair = std::find_if(problem.pairs.begin(), problem.pairs.end(),
                                 [](const matching::TwoView& p) { return p.a == 3 && p.b == 6; });
  ASSERT_NE(pair, problem.pairs.end());
  const TurnAxis axis{.tilt = ToRadians(20)};
  const auto turn = TurnBetween(axis, problem.orbit.truth.cameras[0], problem.features, *pair, 1, 0.6);
  ASSERT_TRUE(turn);
  EXPECT_NEAR(ToDegrees(turn->angle), -30, 1);
  EXPECT_GT(turn->share, 0.95);
}

TEST(CircularClosure, FarPairsSetTheSumOfTheAngles) {
  const MappingProblem problem = MakeMappingProblem({.frames = 36, .points = 400}, 1.0);
  SingleAxisModel model{.axis = {.tilt = ToRadians(20)}, .angles = {}, .deviations = {}};
  for (const double azimuth : problem.orbit.azimuth) model.angles.push_back(-0.9 * azimuth);
  const auto far = FarPairs(problem.features, problem.pairs, 6, 0);
  const auto closure = FindClosure(model, problem.orbit.truth.cameras[0], problem.features, far, 2);
  ASSERT_TRUE(closure);
  EXPECT_NEAR(closure->scale, 1 / 0.9, 0.02);
}

TEST(CircularTracks, PaceFollowsTheTurn) {
  const MappingProblem problem = MakeMappingProblem({.frames = 30, .uneven = 0.7, .points = 500}, 1.0);
  const TurnPace pace =
      MeasurePace(sparse::MakeMap(problem.features, problem.tracks, problem.cameras, problem.camera_of));
  EXPECT_NEAR(pace.roll, 0, 1e-6);
  std::vector<double> steps;
  for (std::size_t f = 1; f < problem.orbit.azimuth.size(); ++f)
    steps.push_back(problem.orbit.azimuth[f] - problem.orbit.azimuth[f - 1]);
  const double median = Median(steps);
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_NEAR(pace.steps[i], steps[i] / median, 0.45) << i;
}

}  // namespace
}  // namespace rv::single_axis
