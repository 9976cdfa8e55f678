#include "bench/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rv {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

BenchRow Good(const std::string& set, const std::string& program = "rotaview") {
  BenchRow row{.set = set,
               .program = program,
               .frames = 10,
               .posed = 10,
               .tier = 1,
               .total_s = 10,
               .peak_mb = 500,
               .speedup = 9};
  row.scores = PoseScores{.images = 10,
                          .registered = 10,
                          .registered_pct = 100,
                          .auc1 = 90,
                          .auc3 = 96,
                          .auc5 = 97,
                          .auc10 = 98,
                          .ate_pct = 0.3};
  row.spin = SpinScores{.frames = 72, .step_deg = 5};
  return row;
}

TEST(CheckTargets, MissesNothingOnGoodRows) {
  EXPECT_THAT(CheckTargets({Good("nerf_chair_orbit"), Good("nerf_chair_orbit", "colmap")}).missed, IsEmpty());
}

TEST(CheckTargets, NamesEachFigureThatIsMissed) {
  BenchRow row = Good("middlebury_templeRing");
  row.posed = 9;
  row.scores->ate_pct = 0.41;
  row.scores->auc5 = 89.9;
  row.peak_mb = 1300;
  const auto missed = CheckTargets({row}).missed;
  EXPECT_EQ(missed.size(), 4u);
  EXPECT_THAT(missed, Contains("middlebury_templeRing: registered % is 90.00, wanted at least 100.00"));
  EXPECT_THAT(missed, Contains("middlebury_templeRing: ATE % is 0.41, wanted at most 0.40"));
  EXPECT_THAT(missed, Contains("middlebury_templeRing: AUC@5 is 89.90, wanted at least 90.00"));
  EXPECT_THAT(missed, Contains(HasSubstr("peak MB")));
}

TEST(CheckTargets, WantsAllOfAFamilyOfSets) {
  BenchRow bad = Good("walk07_shoe");
  bad.scores->auc3 = 94;
  EXPECT_THAT(CheckTargets({Good("walk01_box"), bad}).missed,
              testing::ElementsAre(HasSubstr("walk07_shoe: AUC@3")));
}

TEST(CheckTargets, MissesScoresThatAreNotThere) {
  BenchRow row = Good("nerf_chair_orbit");
  row.scores.reset();
  EXPECT_THAT(CheckTargets({row}).missed, Contains(HasSubstr("no value")));
}

TEST(CheckTargets, ComparesWithColmapBesideIt) {
  const BenchRow ours = Good("maryrose_tankard");
  BenchRow colmap = Good("maryrose_tankard", "colmap");
  colmap.scores->auc1 = 91;  // one point better: still as good
  colmap.scores->ate_pct = 0.26;
  EXPECT_THAT(CheckTargets({ours, colmap}).missed, IsEmpty());
  colmap.scores->auc1 = 91.5;
  colmap.scores->ate_pct = 0.2;
  EXPECT_EQ(CheckTargets({ours, colmap}).missed.size(), 2u);
  // Fewer frames placed: its error is no bound, its AUC still is.
  colmap.scores->registered = 5;
  EXPECT_EQ(CheckTargets({ours, colmap}).missed.size(), 1u);
}

TEST(CheckTargets, NotesWhereColmapWithItsPrincipalPointRefinedIsBetter) {
  BenchRow refined = Good("bart_figure_arc", "colmap+pp");
  refined.scores->auc1 = 99;
  const TargetReport report =
      CheckTargets({Good("bart_figure_arc"), Good("bart_figure_arc", "colmap"), refined});
  EXPECT_THAT(report.missed, IsEmpty());
  EXPECT_THAT(report.notes, testing::ElementsAre(HasSubstr("bart_figure_arc: AUC@1 is 90.00")));
}

TEST(CheckTargets, ChecksSpeedOnlyOnAnIdleMachine) {
  BenchRow ours = Good("fox_iphone");
  ours.speedup = 4;
  const BenchRow colmap = Good("fox_iphone", "colmap");
  EXPECT_THAT(CheckTargets({ours, colmap}).missed, Contains(HasSubstr("times COLMAP's speed")));
  ours.others_share = 0.3;
  const TargetReport report = CheckTargets({ours, colmap});
  EXPECT_THAT(report.missed, Not(Contains(HasSubstr("times COLMAP's speed"))));
  EXPECT_THAT(report.unmeasured, Contains(HasSubstr("busy")));
}

TEST(CheckTargets, ChecksTheSpin) {
  BenchRow row = Good("fox_iphone");
  row.spin = SpinScores{.frames = 72,
                        .step_deg = 5,
                        .step_max_pct = 11,
                        .drift_rms_pct = 1.1,
                        .size_max_pct = 2.1,
                        .unprovenanced_px = 1};
  EXPECT_EQ(CheckTargets({row}).missed.size(), 4u);
  row.spin.reset();
  row.spin_note = "COLMAP registers 3 of 72 output frames";
  const TargetReport report = CheckTargets({row});
  EXPECT_THAT(report.missed, IsEmpty());
  EXPECT_THAT(report.unmeasured, Contains(HasSubstr("registers 3 of 72")));
}

TEST(CheckTargets, WantsASpinOfEverySet) {
  BenchRow row{.set = "pure_rotation_panos/room", .program = "rotaview", .error = "no overlap"};
  EXPECT_THAT(CheckTargets({row}).missed, Contains("pure_rotation_panos/room: no spin: no overlap"));
}

TEST(CheckTargets, SaysWhatWasNotRun) {
  const TargetReport report = CheckTargets({});
  EXPECT_THAT(report.missed, IsEmpty());
  EXPECT_THAT(report.unmeasured, Contains(HasSubstr("fox_iphone")));
}

}  // namespace
}  // namespace rv
