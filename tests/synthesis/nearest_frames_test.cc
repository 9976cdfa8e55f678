#include "synthesis/nearest_frames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

namespace rv::synthesis {
namespace {

Eigen::Vector3d Direction(double azimuth_deg) {
  const double angle = azimuth_deg * std::numbers::pi / 180;
  return {std::sin(angle), 0, std::cos(angle)};
}

// The web element is held to the same table (tests/publish/web_modules_test.cc).
TEST(ChooseFrames, WeightsAreThoseOfTheTable) {
  std::ifstream file("tests/synthesis/between_angles.json");  // tests run in the project's root
  const nlohmann::json table = nlohmann::json::parse(file);
  ASSERT_GE(table.size(), 9u);
  for (const auto& row : table) {
    std::vector<Eigen::Vector3d> directions;
    for (const double azimuth : row["azimuths"]) directions.push_back(Direction(azimuth));
    std::vector<double> weights(directions.size(), 0.0);
    for (const ChosenFrame& chosen : ChooseFrames(directions, Direction(row["at"])))
      weights[chosen.index] += chosen.weight;
    const double share = row["share"];
    EXPECT_NEAR(weights[row["first"].get<std::size_t>()], 1 - share, 1e-6) << row;
    EXPECT_NEAR(weights[row["second"].get<std::size_t>()], share, 1e-6) << row;
  }
}

TEST(ChooseFrames, BeyondTheLastFrameItAloneHasWeight) {
  const std::vector<ChosenFrame> chosen =
      ChooseFrames({Direction(0), Direction(10), Direction(20)}, Direction(25));
  EXPECT_EQ(chosen[0].index, 2u);
  EXPECT_EQ(chosen[0].weight, 1);
  for (std::size_t i = 1; i < chosen.size(); ++i) EXPECT_EQ(chosen[i].weight, 0);
}

}  // namespace
}  // namespace rv::synthesis
