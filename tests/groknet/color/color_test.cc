#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "groknet/color/color_centroids.h"
#include "groknet/color/color_evidence.h"
#include "groknet/color/color_measure.h"
#include "groknet/color/color_names.h"
#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

TEST(ColorNames, LabOfKnownColors) {
  const Lab white = LabFromRgb(255, 255, 255);
  EXPECT_NEAR(white[0], 100, 0.01);
  EXPECT_NEAR(white[1], 0, 0.02);
  EXPECT_NEAR(white[2], 0, 0.02);
  const Lab red = LabFromRgb(255, 0, 0);  // the published values of sRGB's primary
  EXPECT_NEAR(red[0], 53.24, 0.02);
  EXPECT_NEAR(red[1], 80.09, 0.02);
  EXPECT_NEAR(red[2], 67.20, 0.02);
}

TEST(ColorNames, LabGoesBackToTheSameBytes) {
  for (int r = 0; r < 256; r += 51) {
    for (int g = 0; g < 256; g += 51) {
      for (int b = 0; b < 256; b += 51) {
        const std::array<std::uint8_t, 3> expected = {
            static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g), static_cast<std::uint8_t>(b)};
        EXPECT_EQ(RgbFromLab(LabFromRgb(r, g, b)), expected);
      }
    }
  }
}

TEST(ColorNames, EveryCentroidHasItsOwnNameAndATerm) {
  std::set<std::string> names;
  for (const auto& [name, rgb] : color::kColorCentroids) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_NE(color::ListingTerm(name), "") << name;
    EXPECT_EQ(NameColor(LabFromRgb((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255)).name, name);
  }
}

TEST(ColorNames, EverydayColors) {
  const std::map<std::uint32_t, const char*> expected = {
      {0xFFFFFF, "white"},     {0x000000, "black"}, {0x808080, "grey"},  {0xCC0010, "red"},
      {0x1B1F4A, "navy blue"}, {0x1F5FA8, "blue"},  {0x2E8B3A, "green"}, {0xF5D000, "yellow"},
      {0xF28018, "orange"},    {0x6E4A30, "brown"}, {0xF2A8B8, "pink"},  {0x6A2A7A, "purple"},
      {0x6B1020, "maroon"},    {0x6B6420, "olive"}, {0xC8A080, "tan"},   {0xF3E7B0, "cream"},
      {0x0F7A78, "teal"}};
  for (const auto& [rgb, term] : expected)
    EXPECT_EQ(NameColor(LabFromRgb((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255)).term, term)
        << std::hex << rgb;
}

TEST(ColorNames, SharesAddUpToOneAndTheNearestLeads) {
  const Lab navy = LabFromRgb(0x1B, 0x1F, 0x4A);
  double sum = 0;
  std::string best;
  double most = 0;
  for (const auto& [term, share] : TermShares(navy)) {
    sum += share;
    if (share > most) best = term;
    most = std::max(most, share);
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_EQ(best, "navy blue");
}

TEST(MeasureColors, SeesTheItemRatherThanTheBackdrop) {
  const auto colors = MeasureColors(SquareOnWhite(120, 190, 0, 50));
  ASSERT_FALSE(colors.empty());
  EXPECT_EQ(colors.front().term, "red");
  EXPECT_GT(colors.front().share, 0.9);
}

TEST(MeasureColors, SeesAnItemThatFillsThePicture) {
  const auto colors = MeasureColors(Plain(64, 64, 0, 103, 165));
  ASSERT_EQ(colors.size(), 1U);
  EXPECT_EQ(colors.front().term, "blue");
  EXPECT_NEAR(colors.front().share, 1, 1e-9);
}

TEST(MeasureColors, KeepsToTheMatte) {
  Image image = Image::Make(80, 80, 4, 255);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x) {
      const bool item = x < 40;  // green item, blue surroundings
      std::uint8_t* pixel = image.at(x, y);
      pixel[0] = 0;
      pixel[1] = item ? 136 : 103;
      pixel[2] = item ? 86 : 165;
      pixel[3] = item ? 255 : 0;
    }
  }
  const auto colors = MeasureColors(image);
  ASSERT_EQ(colors.size(), 1U);
  EXPECT_EQ(colors.front().term, "green");
}

// Blue but for the upper right quarter, which is green.
Image GreenCorner() {
  Image image = Plain(80, 80, 0, 103, 165);
  for (int y = 0; y < 40; ++y) {
    for (int x = 40; x < 80; ++x) {
      std::uint8_t* pixel = image.at(x, y);
      pixel[1] = 136;
      pixel[2] = 86;
    }
  }
  return image;
}

TEST(MeasureColors, LooksWhereTheMapSaysTheItemIs) {
  std::vector<float> map(100, 0.0F);
  for (int y = 0; y < 5; ++y) std::fill_n(map.data() + y * 10 + 5, 5, 0.95F);
  const auto colors = MeasureColors(GreenCorner(), map, 10);
  ASSERT_FALSE(colors.empty());
  EXPECT_EQ(colors.front().term, "green");
  EXPECT_GT(colors.front().share, 0.9);
}

TEST(MeasureColors, DoesNotBelieveAMapThatFindsNothing) {
  const std::vector<float> nothing(100, 0.1F);
  EXPECT_EQ(MeasureColors(GreenCorner(), nothing, 10), MeasureColors(GreenCorner()));
}

TEST(MeasureColors, BelievesTheMatteRatherThanTheMap) {
  Image image = Image::Make(80, 80, 4, 255);
  for (int i = 0; i < 80 * 80; ++i) {
    const bool item = i % 80 < 40;  // green item, blue surroundings
    const std::uint8_t pixel[] = {0, static_cast<std::uint8_t>(item ? 136 : 103),
                                  static_cast<std::uint8_t>(item ? 86 : 165),
                                  static_cast<std::uint8_t>(item ? 255 : 0)};
    std::copy_n(pixel, 4, image.at(i % 80, i / 80));
  }
  std::vector<float> elsewhere(4, 0.0F);
  elsewhere[1] = elsewhere[3] = 1;
  EXPECT_EQ(MeasureColors(image, elsewhere, 2), MeasureColors(image));
}

TEST(MeasureColors, SplitsTwoColors) {
  Image image = Image::Make(80, 80, 4, 255);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x) {
      const std::uint8_t level = y < 60 ? 20 : 240;
      std::fill_n(image.at(x, y), 3, level);
    }
  }
  const auto colors = MeasureColors(image);
  ASSERT_EQ(colors.size(), 2U);
  EXPECT_EQ(colors[0].term, "black");
  EXPECT_NEAR(colors[0].share, 0.75, 0.03);
  EXPECT_EQ(colors[1].term, "white");
}

TEST(MeasureColors, IsTheSameEachTime) {
  const Image image = Noise(200, 150, 3, 3);
  EXPECT_EQ(MeasureColors(image), MeasureColors(image));
}

TEST(MeasureColors, OfATransparentPictureAreNone) {
  EXPECT_TRUE(MeasureColors(Image::Make(30, 30, 4, 0)).empty());
}

TEST(MergeColors, WeighsTheViews) {
  const std::vector<std::vector<MeasuredColor>> views = {MeasureColors(Plain(50, 50, 190, 0, 50)),
                                                         MeasureColors(Plain(50, 50, 0, 103, 165))};
  const std::vector<double> weights = {0.8, 0.2};
  const auto merged = MergeColors(views, weights);
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].term, "red");
  EXPECT_NEAR(merged[0].share, 0.8, 1e-9);
  EXPECT_TRUE(MergeColors({}, {}).empty());
}

const std::vector<std::string> kValues = {"Red", "Navy Blue", "Multi"};

TEST(ReconcileColor, BacksTheValueThatWasMeasured) {
  const std::vector<double> head = {0.45, 0.4, 0.15};
  const auto out = ReconcileColor(kValues, head, MeasureColors(Plain(40, 40, 27, 31, 74)));
  EXPECT_GT(out[1], out[0]);
  EXPECT_NEAR(out[0] + out[1] + out[2], 1, 1e-12);
  // A value that is no single color keeps about its standing.
  EXPECT_NEAR(out[2], 0.15, 0.05);
}

TEST(ReconcileColor, LeavesTheHeadAloneWithoutAMeasurement) {
  const std::vector<double> head = {0.45, 0.4, 0.15};
  EXPECT_EQ(ReconcileColor(kValues, head, {}), head);
}

TEST(ReconcileColor, DoesNotOverruleASureHead) {
  const std::vector<double> head = {0.98, 0.01, 0.01};
  const auto out = ReconcileColor(kValues, head, MeasureColors(Plain(40, 40, 27, 31, 74)));
  EXPECT_GT(out[0], 0.9);
}

}  // namespace
}  // namespace rv
