#include "scene/image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "base/check.h"

namespace rv {
namespace {

// Smooth, with a different slope in each channel, so that exchanged channels or axes are seen.
Image Ramp(int width, int height, int channels) {
  Image image = Image::Make(width, height, channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        image.at(x, y)[c] = static_cast<std::uint8_t>(c == 0   ? 40 + 150 * x / width
                                                      : c == 1 ? 40 + 150 * y / height
                                                               : 60);
  return image;
}

int WorstDifference(const Image& a, const Image& b) {
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  int worst = 0;
  for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i)
    worst = std::max(worst, std::abs(a.pixels[i] - b.pixels[i]));
  return worst;
}

TEST(Image, PngIsLossless) {
  for (const int channels : {1, 3}) {
    const Image image = Ramp(33, 17, channels);
    const EncodedImage encoded = EncodePng(image);
    EXPECT_EQ(encoded.format, "png");
    EXPECT_EQ(encoded.width, 33);
    EXPECT_EQ(encoded.height, 17);
    EXPECT_EQ(Decode(encoded, channels).value(), image);
  }
}

TEST(Image, LossyCodecsKeepColorsAndPlaces) {
  const Image image = Ramp(64, 48, 3);
  EXPECT_LT(WorstDifference(Decode(EncodeJpeg(image, 95), 3).value(), image), 12);
  EXPECT_LT(WorstDifference(Decode(EncodeWebp(image, 95), 3).value(), image), 12);
  EXPECT_LT(WorstDifference(Decode(EncodeJpeg(Ramp(64, 48, 1), 95), 1).value(), Ramp(64, 48, 1)), 6);
  EXPECT_EQ(EncodeJpeg(image, 95), EncodeJpeg(image, 95));
  EXPECT_LT(EncodeJpeg(image, 20).bytes.size(), EncodeJpeg(image, 95).bytes.size());
}

TEST(Image, DepthKeepsSixteenBits) {
  Raster16 depth{.width = 3, .height = 2, .pixels = {0, 1, 255, 256, 40000, 65535}};
  EXPECT_EQ(DecodePng16(EncodePng16(depth)).value(), depth);
  EXPECT_EQ(DecodePng16(EncodePng(Ramp(3, 2, 1))).error().code, ErrorCode::kCorrupt);
}

TEST(Image, AnotherSizeThanSaidIsCorrupt) {
  EncodedImage encoded = EncodePng(Ramp(33, 17, 3));
  encoded.width = 34;
  EXPECT_EQ(Decode(encoded, 3).error().code, ErrorCode::kCorrupt);
  EncodedImage depth = EncodePng16({.width = 1, .height = 1, .pixels = {7}});
  depth.height = 2;
  EXPECT_EQ(DecodePng16(depth).error().code, ErrorCode::kCorrupt);
}

TEST(Image, DamagedBytesAreCorrupt) {
  for (EncodedImage encoded : {EncodePng(Ramp(33, 17, 3)), EncodeWebp(Ramp(33, 17, 3), 80)}) {
    encoded.bytes.resize(encoded.bytes.size() / 2);
    EXPECT_EQ(Decode(encoded, 3).error().code, ErrorCode::kCorrupt) << encoded.format;
  }
  EncodedImage jpeg = EncodeJpeg(Ramp(33, 17, 3), 80);
  jpeg.bytes.resize(20);
  EXPECT_EQ(Decode(jpeg, 3).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(DecodeScaled(jpeg, 3, 8).error().code, ErrorCode::kCorrupt);
  jpeg.bytes.clear();
  EXPECT_EQ(Decode(jpeg, 3).error().code, ErrorCode::kCorrupt);
  jpeg.bytes = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(Decode(jpeg, 1).error().code, ErrorCode::kCorrupt);
}

TEST(Image, ScaledDecodingAgreesWithDecodingThenShrinking) {
  const Image image = Ramp(320, 200, 3);
  for (const EncodedImage& encoded : {EncodeJpeg(image, 95), EncodePng(image)}) {
    for (const int side : {320, 200, 160, 77, 40, 20}) {
      const Image small = DecodeScaled(encoded, 3, side).value();
      EXPECT_EQ(small.width, side) << encoded.format;
      EXPECT_EQ(small.height, std::lround(200.0 * side / 320));
      EXPECT_LT(WorstDifference(small, Resize(Decode(encoded, 3).value(), small.width, small.height)), 8)
          << side;
    }
    EXPECT_EQ(DecodeScaled(encoded, 3, 1000).value().width, 320);
  }
  EXPECT_EQ(DecodeScaled(EncodePng(Ramp(300, 2, 1)), 1, 10).value().height, 1);
}

TEST(Image, ResizeAveragesWhenShrinking) {
  Image checks = Image::Make(4, 4, 1);
  for (int i = 0; i < 16; ++i) checks.pixels[static_cast<std::size_t>(i)] = (i + i / 4) % 2 ? 200 : 100;
  EXPECT_EQ(Resize(checks, 2, 2).pixels, (std::vector<std::uint8_t>{150, 150, 150, 150}));
  EXPECT_EQ(Resize(checks, 4, 4), checks);
}

TEST(Image, MakeChecksItsArguments) {
  EXPECT_THROW(Image::Make(0, 3, 3), CheckFailure);
  EXPECT_THROW(Image::Make(3, 3, 2), CheckFailure);
  EXPECT_EQ(Image::Make(2, 1, 3, 9).pixels, std::vector<std::uint8_t>(6, 9));
}

}  // namespace
}  // namespace rv
