#include "scene/background.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rv {
namespace {

// A red square on green, its outline mixed as a lens does; the matte knows the shares.
struct Square {
  Image picture = Image::Make(40, 30, 3), matte = Image::Make(40, 30, 1);
};

Square MakeSquare() {
  Square out;
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) {
      const int share = x < 12 ? 0 : x == 12 ? 64 : x == 13 ? 191 : 255;
      *out.matte.at(x, y) = static_cast<std::uint8_t>(share);
      out.picture.at(x, y)[0] = static_cast<std::uint8_t>(200 * share / 255);
      out.picture.at(x, y)[1] = static_cast<std::uint8_t>(180 * (255 - share) / 255);
    }
  return out;
}

TEST(Background, IsKeptOrNamedOrAColor) {
  EXPECT_FALSE(ParseBackground("keep")->replaces());
  EXPECT_EQ(ParseBackground("white")->rgb, (std::array<std::uint8_t, 3>{255, 255, 255}));
  EXPECT_EQ(ParseBackground("#0aF0c8")->rgb, (std::array<std::uint8_t, 3>{10, 240, 200}));
  EXPECT_EQ(ParseBackground("transparent")->kind, Background::Kind::kTransparent);
  for (const char* bad : {"", "White", "#fff", "#12345g", "0aF0c8", "#0aF0c8 ", "#-1+2-3"})
    EXPECT_FALSE(ParseBackground(bad)) << bad;
}

TEST(Background, KeptIsThePictureItself) {
  const Square square = MakeSquare();
  EXPECT_EQ(OverBackground(square.picture, square.matte, {}), square.picture);
}

// Nothing of the old green may be left at the outline, where shops look first.
TEST(Background, ReplacedLeavesNoHalo) {
  const Square square = MakeSquare();
  const Image out = OverBackground(square.picture, square.matte, *ParseBackground("white"));
  ASSERT_EQ(out.channels, 3);
  for (int x = 0; x < 40; ++x) {
    const std::uint8_t* pixel = out.at(x, 15);
    EXPECT_GE(pixel[0], 199) << x;            // red is 200 on the item, 255 behind
    EXPECT_NEAR(pixel[1], pixel[2], 1) << x;  // green would show
  }
  EXPECT_EQ(out.at(5, 15)[1], 255);
  EXPECT_EQ(out.at(30, 15)[1], 0);
  EXPECT_NEAR(out.at(12, 15)[1], 255 - 255 * (64 - 10) / 235, 2);
}

// A viewer that drops alpha must not bring back the seller's room.
TEST(Background, TransparentHidesWhatWasCaptured) {
  const Square square = MakeSquare();
  Image wide = Image::Make(80, 30, 3, 90), matte = Image::Make(80, 30, 1);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) {
      std::copy_n(square.picture.at(x, y), 3, wide.at(x + 40, y));
      *matte.at(x + 40, y) = *square.matte.at(x, y);
    }
  const Image out = OverBackground(wide, matte, *ParseBackground("transparent"));
  for (int x = 0; x < 35; ++x) {
    EXPECT_EQ(out.at(x, 15)[3], 0) << x;
    for (int c = 0; c < 3; ++c) EXPECT_EQ(out.at(x, 15)[c], 255) << x;
  }
}

TEST(Background, TransparentHasTheMatteForAlphaAndTheItemsColorsBelow) {
  const Square square = MakeSquare();
  const Image out = OverBackground(square.picture, square.matte, *ParseBackground("transparent"));
  ASSERT_EQ(out.channels, 4);
  EXPECT_EQ(out.at(5, 15)[3], 0);
  EXPECT_EQ(out.at(30, 15)[3], 255);
  EXPECT_NEAR(out.at(13, 15)[3], 196, 2);
  EXPECT_NEAR(out.at(12, 15)[0], 200, 2);
  EXPECT_NEAR(out.at(12, 15)[1], 0, 2);
}

}  // namespace
}  // namespace rv
