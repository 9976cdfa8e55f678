#include "capture/pixels/color.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rv::pixels {
namespace {

TEST(TransferCurves, MeetTheirStandardsPoints) {
  EXPECT_NEAR(HlgToSceneLight(0.5), 1.0 / 12, 1e-9);  // BT.2100 table 5
  EXPECT_NEAR(HlgToSceneLight(1), 1, 1e-6);
  EXPECT_NEAR(PqToLight(0.58068) * 10000, 203, 0.5);  // BT.2408
  EXPECT_NEAR(PqToLight(1), 1, 1e-9);
  for (const double light : {0.0, 0.001, 0.02, 0.5, 1.0})
    EXPECT_NEAR(PqToLight(LightToPq(light)), light, 1e-9);
}

TEST(RollOff, KeepsShadowsAndFitsHighlights) {
  EXPECT_NEAR(RollOff(20, 1000), 20 / 203.0, 1e-6);
  EXPECT_NEAR(RollOff(1000, 1000), 1, 1e-6);
  EXPECT_NEAR(RollOff(150, 203), 150 / 203.0, 1e-3);  // nothing to roll off
  double last = 0;
  for (int nits = 1; nits <= 4000; nits += 7) {
    const double out = RollOff(nits, 4000);
    EXPECT_GE(out, last);
    EXPECT_LE(out, 1);
    last = out;
  }
}

TEST(ToBt709, KeepsWhite) {
  for (const Primaries p : {Primaries::kBt709, Primaries::kBt2020, Primaries::kP3D65}) {
    const auto m = ToBt709(p);
    for (int r = 0; r < 3; ++r) EXPECT_NEAR(m[3 * r] + m[3 * r + 1] + m[3 * r + 2], 1, 2e-5);
  }
}

std::array<std::uint8_t, 3> Convert(const ColorSpec& spec, int y, int cb, int cr) {
  const auto luma = static_cast<std::uint16_t>(y);
  const auto u = static_cast<std::uint16_t>(cb);
  const auto v = static_cast<std::uint16_t>(cr);
  std::array<std::uint8_t, 3> rgb{};
  ColorConverter(spec).ConvertRow(&luma, &u, &v, 1, rgb.data());
  return rgb;
}

TEST(ColorConverter, SdrIsTheUsualMatrix) {
  const ColorSpec spec{.bits = 10};
  EXPECT_EQ(Convert(spec, 64, 512, 512), (std::array<std::uint8_t, 3>{0, 0, 0}));
  EXPECT_EQ(Convert(spec, 940, 512, 512), (std::array<std::uint8_t, 3>{255, 255, 255}));
  // Pure BT.709 red: Y' = 0.2126, Cr' = 0.5.
  const auto red = Convert(spec, 64 + static_cast<int>(std::lround(876 * 0.2126)),
                           512 - static_cast<int>(std::lround(896 * 0.2126 / 1.8556)), 512 + 448);
  EXPECT_NEAR(red[0], 255, 1);
  EXPECT_LE(red[1], 4);
  EXPECT_LE(red[2], 4);
}

TEST(ColorConverter, WideGamutRedIsMoreSaturated) {
  ColorSpec spec{.bits = 10};
  const auto narrow = Convert(spec, 500, 480, 640);
  spec.primaries = Primaries::kBt2020;
  const auto wide = Convert(spec, 500, 480, 640);
  EXPECT_GT(wide[0] - wide[1], narrow[0] - narrow[1]);
}

TEST(ColorConverter, HlgGraysStayNeutralAndInOrder) {
  const ColorSpec spec{
      .transfer = Transfer::kHlg, .primaries = Primaries::kBt2020, .kr = 0.2627, .kb = 0.0593};
  int last = -1;
  for (int y = 64; y <= 940; y += 12) {
    const auto rgb = Convert(spec, y, 512, 512);
    EXPECT_NEAR(rgb[0], rgb[1], 1);
    EXPECT_NEAR(rgb[2], rgb[1], 1);
    EXPECT_GE(rgb[1], last);
    last = rgb[1];
  }
  EXPECT_EQ(last, 255);
}

}  // namespace
}  // namespace rv::pixels
