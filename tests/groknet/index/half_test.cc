#include "groknet/index/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace rv {
namespace {

TEST(Half, EveryHalfSurvivesTheRoundTripOnEveryPath) {
  std::vector<std::uint16_t> halves;
  for (std::uint32_t half = 0; half < 0x10000; ++half)
    if ((half & 0x7c00) != 0x7c00 || (half & 0x3ff) == 0) halves.push_back(static_cast<std::uint16_t>(half));
  std::vector<float> plain(halves.size());
  std::vector<float> fast(halves.size());
  index::DecodeHalfPlain(halves, plain);
  DecodeHalf(halves, fast);
  std::vector<std::uint16_t> again(halves.size());
  EncodeHalf(plain, again);
  EXPECT_EQ(again, halves);
  for (std::size_t i = 0; i < halves.size(); ++i)
    ASSERT_EQ(std::bit_cast<std::uint32_t>(plain[i]), std::bit_cast<std::uint32_t>(fast[i])) << halves[i];
}

// The nearest of all halves, by search.
TEST(Half, RoundsToTheNearest) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> exponent(-27, 17);
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<float> value = {std::exp2(exponent(random)) * (i % 2 == 0 ? 1.F : -1.F)};
    std::vector<std::uint16_t> half(1);
    EncodeHalf(value, half);
    if (std::abs(value[0]) >= 65520) {
      EXPECT_EQ(half[0] & 0x7fff, 0x7c00);
      continue;
    }
    std::vector<float> around(3);
    const std::uint16_t size = half[0] & 0x7fff;
    const std::vector<std::uint16_t> neighbors = {static_cast<std::uint16_t>(size == 0 ? 0 : size - 1), size,
                                                  static_cast<std::uint16_t>(size + 1)};
    index::DecodeHalfPlain(neighbors, around);
    const float error = std::abs(std::abs(value[0]) - around[1]);
    EXPECT_LE(error, std::abs(std::abs(value[0]) - around[0])) << value[0];
    EXPECT_LE(error, std::abs(std::abs(value[0]) - around[2])) << value[0];
  }
}

TEST(Half, TiesGoToEvenAndNotANumberStaysSo) {
  const std::vector<float> values = {1 + 0x1p-11F, 1 + 3 * 0x1p-11F, 0x1p-25F, 3 * 0x1p-25F,
                                     std::numeric_limits<float>::quiet_NaN()};
  std::vector<std::uint16_t> halves(values.size());
  EncodeHalf(values, halves);
  EXPECT_EQ(halves[0], 0x3c00);
  EXPECT_EQ(halves[1], 0x3c02);
  EXPECT_EQ(halves[2], 0);
  EXPECT_EQ(halves[3], 2);
  EXPECT_GT(halves[4] & 0x7fff, 0x7c00);
}

TEST(DotProduct, AgreesWithDoubles) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::vector<float> a(256);
  std::vector<float> b(256);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = normal(random);
    b[i] = normal(random);
    sum += static_cast<double>(a[i]) * b[i];
  }
  EXPECT_NEAR(DotProduct(a, b), sum, 1e-4);
}

}  // namespace
}  // namespace rv
