#include <gtest/gtest.h>

#include <cmath>

#include "reconstruct/views/item_mix.h"

namespace rv::views {
namespace {

constexpr int kWidth = 160, kHeight = 120;

double Waves(double x, double y) {
  return 128 + 50 * std::sin(x / 4.0) * std::cos(y / 5.0) + 30 * std::sin((x + y) / 9.0);
}

bool OnItem(int x, int y) { return x >= 30 && x < 130 && y >= 25 && y < 95; }

// An item with a texture that is `shift` px further right, before gray.
Image Picture(double shift) {
  Image out = Image::Make(kWidth, kHeight, 3, 90);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (OnItem(x, y))
        for (int c = 0; c < 3; ++c)
          out.at(x, y)[c] = static_cast<std::uint8_t>(std::lround(Waves(x - shift, y)));
  return out;
}

spin::ViewPixels ViewOf(const Image& picture) {
  spin::ViewPixels out{.image = picture,
                       .provenance = Image::Make(kWidth, kHeight, 1, 1),
                       .matte = Image::Make(kWidth, kHeight, 1)};
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (OnItem(x, y)) *out.matte.at(x, y) = 255;
  return out;
}

// Mean difference in the item's middle.
double Off(const Image& a, const Image& b) {
  double sum = 0;
  int count = 0;
  for (int y = 40; y < 80; ++y)
    for (int x = 50; x < 110; ++x, ++count) sum += std::abs(a.at(x, y)[1] - b.at(x, y)[1]);
  return sum / count;
}

TEST(MixItem, BothMeetWhereTheirWeightsSay) {
  for (const double weight : {0.25, 0.5}) {
    spin::ViewPixels view = ViewOf(Picture(0));
    const Image shown = view.matte;
    const Image weights = MixItem(Picture(2), shown, weight, view);
    EXPECT_LT(Off(view.image, Picture(2 * weight)), 2) << weight;
    EXPECT_LT(Off(view.image, Picture(2 * weight)), 0.6 * Off(view.image, Picture(0))) << weight;
    EXPECT_NEAR(*weights.at(80, 60), 255 * weight, 2);
    EXPECT_EQ(*weights.at(10, 60), 0);
  }
}

TEST(MixItem, WhatLooksDifferentStaysAsTheFirstShowsIt) {
  spin::ViewPixels view = ViewOf(Picture(0));
  Image other = Picture(0);
  for (int y = 50; y < 70; ++y)
    for (int x = 70; x < 90; ++x)
      for (int c = 0; c < 3; ++c) other.at(x, y)[c] = 255;  // a highlight
  const Image shown = view.matte;
  const Image weights = MixItem(other, shown, 0.5, view);
  EXPECT_EQ(*weights.at(80, 60), 0);
  EXPECT_NEAR(view.image.at(80, 60)[0], Picture(0).at(80, 60)[0], 6);
  EXPECT_GT(*weights.at(45, 40), 100);
}

TEST(MixItem, WhereTheSecondShowsNothingTheFirstStaysAlone) {
  spin::ViewPixels view = ViewOf(Picture(0));
  Image shown = view.matte;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 80; x < kWidth; ++x) *shown.at(x, y) = 0;
  const Image weights = MixItem(Picture(0), shown, 0.5, view);
  EXPECT_EQ(*weights.at(90, 60), 0);
  EXPECT_GT(*weights.at(60, 60), 100);
  EXPECT_EQ(*view.matte.at(10, 60), 0);
  EXPECT_EQ(view.image.at(10, 60)[0], 90);
}

}  // namespace
}  // namespace rv::views
