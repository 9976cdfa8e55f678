// Poses that fit and are wrong: folds, and items that change.
#include <gtest/gtest.h>

#include <random>

#include "base/statistics.h"
#include "reconstruct/item_change.h"
#include "reconstruct/orbit.h"
#include "reconstruct/surroundings.h"
#include "reconstruct/unfolding.h"
#include "tests/support/render/synthetic_sweep.h"
#include "tests/support/scene/synthetic_geometry.h"

namespace rv {
namespace {

// Twelve frames of a short arc; from `change` on, what is seen in the middle is another thing. 0: none changes.
struct Swap {
  MatchedSweep matched;
  Reconstruction reconstruction;
  Orbit orbit;
};

Swap MakeSwap(int change) {
  constexpr int kFrames = 12, kCore = 40, kAround = 90;
  const SyntheticOrbit synthetic = MakeSyntheticOrbit({.frames = kFrames, .arc_deg = 20});
  Swap out{.reconstruction = synthetic.truth};
  out.orbit.center = synthetic.center;
  out.orbit.subject_radius = 1;
  std::mt19937 random(3);
  const auto draw = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() % 1000) / 1000;
  };
  for (int f = 0; f < kFrames; ++f) {
    out.matched.gray.push_back(Image::Make(640, 480, 1));
    features::FeatureSet set;
    for (int i = 0; i < kCore; ++i) set.px.emplace_back(draw(280, 360), draw(200, 280));
    for (int i = 0; i < kAround; ++i) set.px.emplace_back(draw(0, 640), draw(380, 480));
    out.matched.features.push_back(std::move(set));
  }
  for (int a = 0; a < kFrames; ++a)
    for (int b = a + 1; b < std::min(kFrames, a + 4); ++b) {
      matching::TwoView pair{.a = a, .b = b};
      const bool same = change == 0 || (a < change) == (b < change);
      for (int i = same ? 0 : kCore; i < kCore + kAround; i += 2) pair.matches.push_back({i, i});
      out.matched.matches.pairs.push_back(std::move(pair));
    }
  return out;
}

TEST(ItemChange, AnotherThingInTheSamePlaceIsFound) {
  const Swap swap = MakeSwap(7);
  EXPECT_EQ(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit), std::vector<int>{7});
}

TEST(ItemChange, OneItemAllAlongIsNone) {
  const Swap swap = MakeSwap(0);
  EXPECT_TRUE(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit).empty());
}

// Glare or blur takes the item's features away for a while and gives them back: no other thing.
TEST(ItemChange, WhatFadesIsNotExchanged) {
  Swap swap = MakeSwap(0);
  for (matching::TwoView& pair : swap.matched.matches.pairs)
    if (pair.b >= 6 && pair.a <= 6)
      std::erase_if(pair.matches, [](const matching::FeatureMatch& match) { return match.a < 40; });
  EXPECT_TRUE(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit).empty());
}

TEST(ItemChange, FramesThatAreNotPosedTellNothing) {
  Swap swap = MakeSwap(7);
  for (int f = 5; f < 9; ++f) swap.reconstruction.frames[f].posed = false;
  EXPECT_TRUE(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit).empty());
}

// Where the turn closes, its ends show one item: between two neighbors it was glare, or a print that repeats.
TEST(ItemChange, WhatIsTheSameWhereTheTurnClosesDidNotChange) {
  Swap swap = MakeSwap(7);
  const auto link = [&](int a, int b) {
    matching::TwoView pair{.a = a, .b = b};
    for (int i = 0; i < 130; i += 2) pair.matches.push_back({i, i});
    swap.matched.matches.pairs.push_back(std::move(pair));
  };
  link(0, 11);  // one may err
  EXPECT_EQ(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit), std::vector<int>{7});
  link(1, 11);
  EXPECT_TRUE(FindItemChanges(swap.matched, swap.reconstruction, swap.orbit).empty());
}

// A tin that looks alike from four sides, over tiles that all look alike.
class Tin : public testing::Test {
 protected:
  // Each photo is the one `stride` further on in the walk; 1: in its order.
  void Photograph(const SweepScene& scene, int stride) {
    truth_.emplace(scene);
    for (int i = 0; i < scene.frames; ++i) {
      taken_.push_back(i * stride % scene.frames);
      sweep_.frames.push_back({.name = std::to_string(i),
                               .source_index = i,
                               .image = EncodeJpeg(truth_->Render(taken_.back()), 92)});
    }
  }

  static SweepScene Scene() {
    return {.object = "tin",
            .print = "patchwork",
            .clutter = false,
            .shadows = false,
            .repeat = 4,
            .floor = "tiles",
            .elevation_deg = 16,
            .width = 480,
            .height = 360,
            .frames = 40,
            .samples = 1,
            .seed = 440303};
  }

  // Counted the way the photos go round, which photos in no order do not tell.
  double WorstAzimuthErrorDeg(const Orbit& orbit) const {
    double best = 180;
    const OrbitFrame& first = orbit.frames.front();
    const double from = truth_->Truth(taken_[first.frame.value]).azimuth;
    for (const double way : {1.0, -1.0}) {
      double worst = 0;
      for (const OrbitFrame& frame : orbit.frames) {
        const double wanted = truth_->Truth(taken_[frame.frame.value]).azimuth - from;
        const double found = way * (frame.azimuth - first.azimuth);
        worst = std::max(worst, std::abs(ToDegrees(WrapSigned(found - wanted))));
      }
      best = std::min(best, worst);
    }
    return best;
  }

  std::optional<SyntheticSweep> truth_;
  std::vector<int> taken_;
  Sweep sweep_{.kind = SourceKind::kPhotos};
};

TEST_F(Tin, FourEqualSidesAreToldApart) {
  Photograph(Scene(), 1);
  const Result<MatchedSweep> matched = MatchSweep(sweep_, {}, {});
  ASSERT_TRUE(matched);
  const Result<ReconstructResult> folded = MapSweep(sweep_, *matched, {}, {});
  ASSERT_TRUE(folded);
  const Result<Orbit> wrong = EstimateOrbit(folded->reconstruction, sweep_, {});
  const bool leaps = !FindLeaps(*matched, folded->reconstruction).empty();
  if (wrong && WorstAzimuthErrorDeg(*wrong) > 20) {
    EXPECT_TRUE(leaps || LooksFolded(*wrong));
  }
  const Result<ReconstructResult> unfolded = MapUnfolded(sweep_, *matched, {}, {});
  ASSERT_TRUE(unfolded);
  EXPECT_FALSE(unfolded->folded);
  EXPECT_TRUE(FindLeaps(*matched, unfolded->reconstruction).empty());
  const Result<Orbit> orbit = EstimateOrbit(unfolded->reconstruction, sweep_, {});
  ASSERT_TRUE(orbit);
  EXPECT_GE(orbit->frames.size(), 38U);
  EXPECT_LT(WorstAzimuthErrorDeg(*orbit), 5);
}

// Without an order only the room tells: the map folds, and the pictures that stand side by side in it show other walls.
TEST_F(Tin, SurroundingsTellSidesApartWithoutAnOrder) {
  SweepScene scene = Scene();
  scene.frames = 32;
  scene.width = 400;
  scene.height = 300;
  Photograph(scene, 13);
  const Result<MatchedSweep> matched = MatchSweep(sweep_, {}, {});
  ASSERT_TRUE(matched);
  const Result<ReconstructResult> folded = MapSweep(sweep_, *matched, {}, {});
  ASSERT_TRUE(folded);
  const Result<Orbit> wrong = EstimateOrbit(folded->reconstruction, sweep_, {});
  ASSERT_TRUE(wrong);
  ASSERT_GT(WorstAzimuthErrorDeg(*wrong), 20) << "no fold to settle";
  EXPECT_TRUE(JudgeBySurroundings(*matched, folded->reconstruction).folded);
  const Result<ReconstructResult> unfolded = MapUnfolded(sweep_, *matched, {}, {});
  ASSERT_TRUE(unfolded);
  EXPECT_FALSE(unfolded->folded);
  EXPECT_TRUE(JudgeBySurroundings(*matched, unfolded->reconstruction).pictures.empty());
  const Result<Orbit> orbit = EstimateOrbit(unfolded->reconstruction, sweep_, {});
  ASSERT_TRUE(orbit);
  EXPECT_GE(orbit->frames.size(), 28U);
  EXPECT_LT(WorstAzimuthErrorDeg(*orbit), 5);
}

}  // namespace
}  // namespace rv
