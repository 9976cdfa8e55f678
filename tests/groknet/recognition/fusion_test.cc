#include "groknet/recognition/fusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "groknet/recognition/probabilities.h"
#include "groknet/recognition/view_quality.h"
#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

using Distributions = std::vector<std::vector<double>>;

TEST(PoolOpinions, OfEqualOpinionsIsThatOpinion) {
  const Distributions same(5, {0.7, 0.2, 0.1});
  const auto pooled = PoolOpinions(same, std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_NEAR(pooled[0], 0.7, 1e-12);
  EXPECT_NEAR(pooled[2], 0.1, 1e-12);
}

TEST(PoolOpinions, IsTheNormalizedGeometricMean) {
  const auto pooled = PoolOpinions(Distributions{{0.8, 0.2}, {0.5, 0.5}}, std::vector<double>{1, 1});
  EXPECT_NEAR(pooled[0] / pooled[1], std::sqrt(0.8 / 0.2), 1e-12);
}

TEST(PoolOpinions, FollowsTheWeights) {
  const Distributions two = {{0.9, 0.1}, {0.1, 0.9}};
  EXPECT_GT(PoolOpinions(two, std::vector<double>{3, 1})[0], 0.5);
  EXPECT_LT(PoolOpinions(two, std::vector<double>{1, 3})[0], 0.5);
  EXPECT_NEAR(PoolOpinions(two, std::vector<double>{0, 1})[0], 0.1, 1e-12);
}

TEST(PoolOpinions, LetsNoSingleViewRuleOutAValue) {
  const auto pooled =
      PoolOpinions(Distributions{{1, 0}, {0.01, 0.99}, {0.01, 0.99}, {0.01, 0.99}, {0.01, 0.99}},
                   std::vector<double>(5, 1));
  EXPECT_GT(pooled[1], 0.5);
}

TEST(PoolOpinions, DoesNotDependOnTheOrder) {
  const Distributions forward = {{0.9, 0.1}, {0.3, 0.7}};
  const Distributions backward = {{0.3, 0.7}, {0.9, 0.1}};
  EXPECT_DOUBLE_EQ(PoolOpinions(forward, std::vector<double>{1, 2})[0],
                   PoolOpinions(backward, std::vector<double>{2, 1})[0]);
}

TEST(Disagreement, IsZeroWhereAllSayTheSame) {
  EXPECT_NEAR(Disagreement(Distributions(4, {0.5, 0.3, 0.2}), std::vector<double>(4, 1)), 0, 1e-12);
  EXPECT_EQ(Disagreement(Distributions{{0.5, 0.5}}, std::vector<double>{1}), 0);
}

TEST(Disagreement, IsOneWhereEachIsSureOfAnother) {
  EXPECT_NEAR(Disagreement(Distributions{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, std::vector<double>(3, 1)), 1,
              1e-12);
  EXPECT_NEAR(Disagreement(Distributions{{1, 0, 0}, {0, 1, 0}}, std::vector<double>{3, 1}), 1, 1e-12);
  EXPECT_NEAR(Disagreement(Distributions{{1, 0}, {0, 1}, {1, 0}, {0, 1}}, std::vector<double>(4, 1)), 1,
              1e-12);
}

TEST(Disagreement, GrowsWithTheDifference) {
  const auto of = [](double p) {
    return Disagreement(Distributions{{p, 1 - p}, {0.5, 0.5}}, std::vector<double>{1, 1});
  };
  EXPECT_LT(of(0.6), of(0.7));
  EXPECT_LT(of(0.7), of(0.9));
}

TEST(Softmax, IsSoftenedByTheTemperature) {
  const std::vector<float> logits = {2, 0};
  EXPECT_NEAR(Softmax(logits, 1)[0], 1 / (1 + std::exp(-2)), 1e-12);
  EXPECT_NEAR(Softmax(logits, 2)[0], 1 / (1 + std::exp(-1)), 1e-12);
  EXPECT_NEAR(Softmax(std::vector<float>{1000, 0}, 1)[0], 1, 1e-12);
}

TEST(Ranked, PutsTheMostProbableFirstAndBackAgain) {
  const std::vector<std::string> names = {"a", "b", "c"};
  const std::vector<double> p = {0.2, 0.5, 0.3};
  const auto ranked = Ranked(names, p);
  EXPECT_EQ(ranked[0].value, "b");
  EXPECT_EQ(ranked[2].value, "a");
  EXPECT_EQ(Unranked(names, ranked), p);
}

TEST(Applicability, IsTheVerticalTimesTheParentsShare) {
  const ModelCard card = *ParseModelCard(TinyCard());
  std::vector<std::vector<double>> heads;
  for (const HeadCard& head : card.heads)
    heads.emplace_back(head.values.size(), 1.0 / static_cast<double>(head.values.size()));
  heads[0] = {0.25, 0.75};
  const auto applicability = Applicability(card, std::vector<double>{0.6, 0.3, 0.1}, heads);
  EXPECT_DOUBLE_EQ(applicability[0], 0.6);
  EXPECT_DOUBLE_EQ(applicability[2], 0.6 * 0.25 * 0.9);  // sleeves: a share of shirts only
  EXPECT_DOUBLE_EQ(applicability[3], 0.3);
}

std::vector<float> Planes(int side, const std::function<float(int, int)>& luma) {
  std::vector<float> planes;
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) planes.push_back(luma(x, y));
  return planes;
}

TEST(ViewQuality, IsHigherForSharpPicturesThanForBlurredOnes) {
  const auto sharp = Planes(40, [](int x, int y) { return (x / 4 + y / 4) % 2 == 0 ? -0.8F : 0.8F; });
  const auto blurred = Planes(40, [](int x, int) { return static_cast<float>(0.8 * std::sin(x * 0.3)); });
  EXPECT_GT(MeasureViewQuality(sharp, 40).sharpness, MeasureViewQuality(blurred, 40).sharpness + 0.2);
}

TEST(ViewQuality, IsLowForDarkAndEmptyPictures) {
  const auto day = Planes(40, [](int x, int y) { return (x / 4 + y / 4) % 2 == 0 ? -0.8F : 0.8F; });
  const auto night = Planes(40, [](int x, int y) { return (x / 4 + y / 4) % 2 == 0 ? -1.0F : -0.95F; });
  EXPECT_GT(MeasureViewQuality(day, 40).exposure, 0.9);
  EXPECT_LT(MeasureViewQuality(night, 40).exposure, 0.2);
  EXPECT_EQ(MeasureViewQuality(Planes(40, [](int, int) { return 0.5F; }), 40).exposure, 0);
}

TEST(EvidenceWeight, GrowsWithFamiliarityAndIsNeverZero) {
  const ViewQuality good{.sharpness = 0.9, .exposure = 1};
  EXPECT_GT(EvidenceWeight(good, 0.8, 0.4), EvidenceWeight(good, 0.4, 0.4));
  EXPECT_GT(EvidenceWeight(good, 0.4, 0.4), EvidenceWeight(good, 0.1, 0.4));
  EXPECT_GT(EvidenceWeight({}, -1, 0.4), 0);
  EXPECT_LE(EvidenceWeight({.sharpness = 1, .exposure = 1}, 1, -1), 1);
}

}  // namespace
}  // namespace rv
