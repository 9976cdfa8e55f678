#include <gtest/gtest.h>

#include <random>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/descriptor_matching.h"
#include "reconstruct/matching/dot_tile.h"
#include "reconstruct/matching/pair_matching.h"
#include "reconstruct/matching/tracks.h"

namespace rv::matching {
namespace {

// Random unit descriptors times kDescriptorNorm, n rows.
std::vector<std::uint8_t> RandomDescriptors(int n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> out;
  for (int i = 0; i < n; ++i) {
    std::vector<double> row(features::kDescriptorSize);
    double norm = 0;
    for (double& v : row) {
      v = static_cast<double>(random() % 1000);
      v *= v * v;
      norm += v * v;
    }
    for (const double v : row)
      out.push_back(static_cast<std::uint8_t>(std::lround(features::kDescriptorNorm * v / std::sqrt(norm))));
  }
  return out;
}

TEST(DescriptorMatching, FindsAPermutation) {
  const auto a = RandomDescriptors(101, 1);
  std::vector<std::uint8_t> b;
  for (int i = 100; i >= 0; --i)
    b.insert(b.end(), a.begin() + i * features::kDescriptorSize,
             a.begin() + (i + 1) * features::kDescriptorSize);
  const auto matches = MatchDescriptors(a, b, {});
  ASSERT_EQ(matches.size(), 101U);
  for (const FeatureMatch& m : matches) EXPECT_EQ(m.b, 100 - m.a);
}

TEST(DescriptorMatching, TwinsFailTheRatioTest) {
  auto a = RandomDescriptors(20, 2);
  auto b = a;
  b.insert(b.end(), a.begin(), a.begin() + features::kDescriptorSize);  // a twin of the first
  const auto matches = MatchDescriptors(a, b, {});
  EXPECT_EQ(matches.size(), 19U);
  for (const FeatureMatch& m : matches) EXPECT_NE(m.a, 0);
}

TEST(DescriptorMatching, EveryProcessorGetsTheSameDots) {
  const auto rows = RandomDescriptors(kTileRows, 4);
  const auto columns = RandomDescriptors(21, 5);  // the second group is not full
  const TileColumns packed(columns);
  ASSERT_EQ(packed.groups(), 2);
  std::int32_t sums[kTileRows] = {};
  for (int v = 0; v < kTileRows * features::kDescriptorSize; ++v)
    sums[v / features::kDescriptorSize] += rows[v];
  for (const DotTile tile : RunnableDotTiles()) {
    for (int g = 0; g < packed.groups(); ++g) {
      std::int32_t dots[kTileRows][kTileColumns];
      tile(rows.data(), sums, packed.group(g), dots);
      for (int r = 0; r < kTileRows; ++r) {
        for (int c = 0; c < kTileColumns; ++c) {
          std::int32_t expected = 0;
          const int column = g * kTileColumns + c;
          for (int i = 0; i < features::kDescriptorSize && column < 21; ++i)
            expected +=
                rows[r * features::kDescriptorSize + i] * columns[column * features::kDescriptorSize + i];
          ASSERT_EQ(dots[r][c], expected) << r << " " << c;
        }
      }
    }
  }
}

// One at a time, as the definition says.
std::vector<FeatureMatch> SlowMatches(const std::vector<std::uint8_t>& a,
                                      const std::vector<std::uint8_t>& b) {
  const int na = static_cast<int>(a.size()) / features::kDescriptorSize;
  const int nb = static_cast<int>(b.size()) / features::kDescriptorSize;
  const auto dot = [&](int i, int j) {
    int sum = 0;
    for (int k = 0; k < features::kDescriptorSize; ++k)
      sum += a[i * features::kDescriptorSize + k] * b[j * features::kDescriptorSize + k];
    return sum;
  };
  std::vector<FeatureMatch> matches;
  for (int i = 0; i < na; ++i) {
    int best = 0;
    for (int j = 1; j < nb; ++j) best = dot(i, j) > dot(i, best) ? j : best;
    int back = 0;
    for (int k = 1; k < na; ++k) back = dot(k, best) > dot(back, best) ? k : back;
    if (back == i) matches.push_back({i, best});
  }
  return matches;
}

TEST(DescriptorMatching, AgreesWithOneAtATime) {
  for (const int n : {1, 7, 16, 45}) {
    const auto a = RandomDescriptors(n, 20 + n);
    const auto b = RandomDescriptors(53, 30 + n);
    // Without a ratio test and a limit: mutual nearest neighbors.
    EXPECT_EQ(MatchDescriptors(a, b, {.max_ratio = 1, .max_angle_rad = 3}), SlowMatches(a, b)) << n;
  }
}

TEST(DescriptorMatching, EmptySidesMatchNothing) {
  const auto a = RandomDescriptors(5, 3);
  EXPECT_TRUE(MatchDescriptors(a, {}, {}).empty());
  EXPECT_TRUE(MatchDescriptors({}, a, {}).empty());
}

// Frames that all see the same descriptors: `still` at one place, `moving` shifted by 12 px a frame.
std::vector<features::FeatureSet> StillAndMoving(int frames, int still, int moving) {
  std::vector<features::FeatureSet> sets(frames);
  std::mt19937 random(7);
  std::vector<Eigen::Vector2d> px;
  for (int i = 0; i < still + moving; ++i) px.emplace_back(100 + random() % 400, 100 + random() % 300);
  const auto descriptors = RandomDescriptors(still + moving, 9);
  for (int f = 0; f < frames; ++f) {
    for (int i = 0; i < still + moving; ++i) {
      const double depth = 1 + 0.3 * (i % 5);
      sets[f].px.push_back(i < still ? px[i] : Eigen::Vector2d(px[i].x() + 12 * f / depth, px[i].y()));
      sets[f].scale_px.push_back(2);
    }
    sets[f].descriptors = descriptors;
  }
  return sets;
}

TEST(PairMatching, StaticBackgroundIsFoundAndDropped) {
  auto features = StillAndMoving(6, 80, 60);
  const auto pairs = MatchPairs(features, std::vector<int>(6, 640), {}, {}, {});
  ASSERT_TRUE(pairs);
  EXPECT_TRUE(pairs->static_background);
  ASSERT_FALSE(pairs->pairs.empty());
  for (const TwoView& pair : pairs->pairs) {
    for (const FeatureMatch& m : pair.matches) EXPECT_GE(m.a, 80) << "a background match survived";
  }
}

TEST(PairMatching, MovingSceneKeepsAllMatches) {
  auto features = StillAndMoving(6, 0, 120);
  const auto pairs = MatchPairs(features, std::vector<int>(6, 640), {}, {}, {});
  ASSERT_TRUE(pairs);
  EXPECT_FALSE(pairs->static_background);
  EXPECT_GE(pairs->pairs.front().matches.size(), 110U);
}

TEST(PairMatching, WeakFramesAreGivenMoreFeaturesOnce) {
  auto features = StillAndMoving(5, 0, 120);
  const features::FeatureSet full = features[2];
  features[2] = {};
  int calls = 0;
  const Densify densify = [&](std::vector<features::FeatureSet>& sets, const std::vector<int>& frames) {
    ++calls;
    EXPECT_EQ(frames, (std::vector<int>{1, 2, 3}));
    sets[2] = full;
  };
  const auto pairs = MatchPairs(features, std::vector<int>(5, 640), densify, {}, {});
  ASSERT_TRUE(pairs);
  EXPECT_EQ(calls, 1);
  const auto joined = std::count_if(pairs->pairs.begin(), pairs->pairs.end(),
                                    [](const TwoView& p) { return p.a == 1 && p.b == 2; });
  EXPECT_EQ(joined, 1);
}

TEST(PairMatching, CancelsBetweenRounds) {
  auto features = StillAndMoving(4, 0, 40);
  const auto pairs =
      MatchPairs(features, std::vector<int>(4, 640), {}, {}, [](auto, double) { return false; });
  ASSERT_FALSE(pairs);
  EXPECT_EQ(pairs.error().code, ErrorCode::kCancelled);
}

TEST(Tracks, NeverHoldTwoFeaturesOfOneFrame) {
  std::vector<features::FeatureSet> features(3);
  for (features::FeatureSet& set : features) {
    set.px.resize(4);
    set.scale_px.resize(4);
  }
  // 0:0 - 1:0 - 2:0 is consistent; 0:0 - 2:1 contradicts it and comes from the weaker pair.
  const std::vector<TwoView> pairs = {{.a = 0, .b = 1, .matches = {{0, 0}, {1, 1}, {2, 2}}},
                                      {.a = 1, .b = 2, .matches = {{0, 0}, {1, 2}, {3, 3}}},
                                      {.a = 0, .b = 2, .matches = {{0, 1}}}};
  const auto tracks = BuildTracks(features, pairs);
  for (const FeatureTrack& track : tracks) {
    for (std::size_t i = 1; i < track.size(); ++i) EXPECT_LT(track[i - 1].frame, track[i].frame);
  }
  ASSERT_EQ(tracks.size(), 4U);
  EXPECT_EQ(tracks[0].size(), 3U);
  EXPECT_EQ(tracks[0][2].feature, 0);
}

}  // namespace
}  // namespace rv::matching
