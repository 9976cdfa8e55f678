#include "groknet/inference/preprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/groknet/tiny_model.h"

namespace rv {
namespace {

// The weight of input pixel j for output pixel i, straight from the definition.
double Weight(int in, int out, int i, int j) {
  const double step = static_cast<double>(in) / out;
  const double support = std::max(step, 1.0);
  const double center = (i + 0.5) * step;
  double sum = 0;
  for (int k = 0; k < in; ++k) sum += std::max(0.0, 1 - std::abs(k + 0.5 - center) / support);
  return std::max(0.0, 1 - std::abs(j + 0.5 - center) / support) / sum;
}

// Every input pixel of every output pixel, in double, as 0..255.
std::vector<double> SlowReference(const Image& image, int size) {
  std::vector<std::vector<double>> across(static_cast<std::size_t>(size));
  std::vector<std::vector<double>> down(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    for (int x = 0; x < image.width; ++x) across[i].push_back(Weight(image.width, size, i, x));
    for (int y = 0; y < image.height; ++y) down[i].push_back(Weight(image.height, size, i, y));
  }
  std::vector<double> out;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < size; ++i) {
      for (int k = 0; k < size; ++k) {
        double sum = 0;
        for (int y = 0; y < image.height; ++y) {
          if (down[i][y] == 0) continue;
          for (int x = 0; x < image.width; ++x) sum += down[i][y] * across[k][x] * image.at(x, y)[c];
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

std::vector<float> Fast(const Image& image, int size, double mean = 0, double scale = 1) {
  std::vector<float> out(static_cast<std::size_t>(3 * size * size), -1e9F);
  Preprocess(image, size, mean, scale, out);
  return out;
}

double LargestGap(const Image& image, int size) {
  const std::vector<double> slow = SlowReference(image, size);
  const std::vector<float> fast = Fast(image, size);
  double gap = 0;
  for (std::size_t i = 0; i < slow.size(); ++i) gap = std::max(gap, std::abs(slow[i] - fast[i]));
  return gap;
}

struct Size {
  int width;
  int height;
  int out;
};

class PreprocessSizes : public testing::TestWithParam<Size> {};

TEST_P(PreprocessSizes, AgreeWithTheSlowReference) {
  const auto [width, height, out] = GetParam();
  EXPECT_LT(LargestGap(Noise(width, height, 3, static_cast<unsigned>(width * 31 + height)), out), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Preprocess,
                         PreprocessSizes,
                         testing::Values(Size{1, 1, 16},
                                         Size{1, 97, 16},
                                         Size{97, 1, 16},
                                         Size{2, 3, 17},
                                         Size{16, 16, 16},
                                         Size{17, 15, 16},
                                         Size{31, 33, 16},
                                         Size{63, 129, 32},
                                         Size{5, 200, 24},
                                         Size{301, 7, 20},
                                         Size{255, 254, 19},
                                         Size{1021, 517, 16}));

TEST(Preprocess, AgreesWithTheSlowReferenceOnAHugePicture) {
  EXPECT_LT(LargestGap(Noise(6001, 37, 3, 9), 16), 1e-3);
  EXPECT_LT(LargestGap(Noise(37, 6001, 3, 9), 16), 1e-3);
}

TEST(Preprocess, KeepsAPlainColorAtAnySize) {
  for (const int width : {1, 3, 50, 333}) {
    const std::vector<float> out = Fast(Plain(width, 7, 10, 200, 255), 21, 127.5, 127.5);
    for (std::size_t i = 0; i < 441; ++i) {
      EXPECT_NEAR(out[i], (10 - 127.5) / 127.5, 1e-5);
      EXPECT_NEAR(out[441 + i], (200 - 127.5) / 127.5, 1e-5);
      EXPECT_NEAR(out[882 + i], 1, 1e-5);
    }
  }
}

TEST(Preprocess, LeavesAPictureOfTheRightSizeAlone) {
  const Image image = Noise(16, 16, 3, 4);
  const std::vector<float> out = Fast(image, 16);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x)
      EXPECT_FLOAT_EQ(out[static_cast<std::size_t>(y * 16 + x)], image.at(x, y)[0]);
  }
}

TEST(Preprocess, MirrorsWithThePicture) {
  const Image image = Noise(53, 41, 3, 6);
  Image mirrored = image;
  for (int y = 0; y < 41; ++y) {
    for (int x = 0; x < 53; ++x) std::copy_n(image.at(x, y), 3, mirrored.at(52 - x, y));
  }
  const std::vector<float> straight = Fast(image, 16);
  const std::vector<float> turned = Fast(mirrored, 16);
  for (std::size_t row = 0; row < 48; ++row) {
    for (std::size_t x = 0; x < 16; ++x) EXPECT_NEAR(straight[row * 16 + x], turned[row * 16 + 15 - x], 1e-3);
  }
}

TEST(Preprocess, TakesGrayForAllThreeColors) {
  const Image gray = Noise(40, 30, 1, 2);
  const std::vector<float> out = Fast(gray, 16);
  EXPECT_TRUE(std::equal(out.begin(), out.begin() + 256, out.begin() + 256));
  EXPECT_TRUE(std::equal(out.begin(), out.begin() + 256, out.begin() + 512));
}

TEST(Preprocess, PutsTransparentPartsOnWhite) {
  Image image = Image::Make(8, 8, 4, 0);
  for (const float value : Fast(image, 16)) EXPECT_FLOAT_EQ(value, 255);
  for (std::size_t i = 3; i < image.pixels.size(); i += 4) image.pixels[i] = 255;
  for (const float value : Fast(image, 16)) EXPECT_FLOAT_EQ(value, 0);
}

}  // namespace
}  // namespace rv
