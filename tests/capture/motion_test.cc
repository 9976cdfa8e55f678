#include "capture/motion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace rv::capture {
namespace {

// Smooth noise with detail everywhere.
class Texture {
 public:
  explicit Texture(int seed) : cells_(96 * 96) {
    std::mt19937 random(seed);
    for (double& c : cells_) c = random() % 256;
  }
  double At(double x, double y) const {
    x = std::fmod(std::fmod(x / 5, 96) + 96, 96);
    y = std::fmod(std::fmod(y / 5, 96) + 96, 96);
    const int x0 = static_cast<int>(x);
    const int y0 = static_cast<int>(y);
    const double a = x - x0;
    const double b = y - y0;
    const auto cell = [&](int i, int j) { return cells_[(j % 96) * 96 + i % 96]; };
    return (1 - a) * (1 - b) * cell(x0, y0) + a * (1 - b) * cell(x0 + 1, y0) +
           (1 - a) * b * cell(x0, y0 + 1) + a * b * cell(x0 + 1, y0 + 1);
  }

 private:
  std::vector<double> cells_;
};

// A textured drum of radius 45 px that has turned by `turn` before a wall that is off by (dx, dy).
Image Drum(double turn, double dx, double dy, int noise_seed = 0) {
  static const Texture wall(1);
  static const Texture print(2);
  std::mt19937 random(noise_seed);
  Image out = Image::Make(320, 180, 1);
  for (int y = 0; y < 180; ++y)
    for (int x = 0; x < 320; ++x) {
      const double u = x - dx - 160;
      const double v = y - dy - 90;
      const bool inside = std::abs(u) < 45 && std::abs(v) < 60;
      double value = inside ? print.At(45 * (std::asin(u / 45) + turn) + 1000, v) : wall.At(x - dx, y - dy);
      if (noise_seed > 0) value += static_cast<int>(random() % 7) - 3;
      out.at(x, y)[0] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
  return out;
}

double TotalMotion(int frames, const std::function<Image(int)>& picture) {
  MotionMeter meter;
  std::vector<double> times;
  for (int i = 0; i < frames; ++i) {
    meter.Add(picture(i), i / 15.0);
    times.push_back(i / 15.0);
  }
  return AccumulateMotion(meter.samples(), times).back();
}

TEST(MotionMeter, SeesAnItemTurnBeforeAStillWall) {
  const double quarter = TotalMotion(46, [](int i) { return Drum(i * M_PI / 90, 0, 0); });
  const double half = TotalMotion(91, [](int i) { return Drum(i * M_PI / 90, 0, 0); });
  EXPECT_GT(quarter, 0.05);
  EXPECT_NEAR(half / quarter, 2, 0.3);
}

TEST(MotionMeter, IgnoresNoiseAndStandstill) {
  EXPECT_LT(TotalMotion(60, [](int i) { return Drum(0, 0, 0, i + 1); }), 0.002);
}

TEST(MotionMeter, CountsShakeLittle) {
  const auto shaken = [](int i) { return Drum(0, 3 * std::sin(i * 0.9), 2 * std::cos(i * 1.3)); };
  const auto turned = [](int i) { return Drum(i * M_PI / 90, 0, 0); };
  EXPECT_LT(TotalMotion(46, shaken), 0.25 * TotalMotion(46, turned));
}

TEST(AccumulateMotion, InterpolatesAndFillsUnmeasuredSteps) {
  std::vector<MotionSample> samples = {
      {0, 0, true, false}, {1, 0.2, true, true}, {2, 0, false, true}, {3, 0, false, false}};
  const std::vector<double> at = AccumulateMotion(samples, {0, 0.5, 1, 2, 3, 9});
  const std::vector<double> expected = {0, 0.1, 0.2, 0.4, 0.4, 0.4};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(at[i], expected[i], 1e-12) << i;
}

TEST(Sharpness, FallsWithBlur) {
  const Image sharp = Drum(0, 0, 0);
  Image soft = sharp;
  for (int y = 1; y < 179; ++y)
    for (int x = 1; x < 319; ++x) {
      int sum = 0;
      for (int j = -1; j <= 1; ++j)
        for (int i = -1; i <= 1; ++i) sum += sharp.at(x + i, y + j)[0];
      soft.at(x, y)[0] = static_cast<std::uint8_t>(sum / 9);
    }
  EXPECT_GT(Sharpness(sharp), 2 * Sharpness(soft));
  EXPECT_GT(LargestChange(sharp, Drum(0.2, 0, 0)), 5);
  EXPECT_EQ(LargestChange(sharp, sharp), 0);
}

}  // namespace
}  // namespace rv::capture
