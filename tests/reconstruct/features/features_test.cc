#include "reconstruct/features/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "reconstruct/features/scale_space.h"
#include "reconstruct/features/scale_space_extrema.h"
#include "reconstruct/features/sift_descriptor.h"

namespace rv::features {
namespace {

double Gaussian(double x, double y, double sigma) {
  return std::exp(-0.5 * (x * x + y * y) / (sigma * sigma));
}

// Dark with a bright blob at (x, y), pixel centers at +0.5.
Image BlobPicture(int width, int height, double x, double y, double sigma) {
  Image image = Image::Make(width, height, 1);
  for (int v = 0; v < height; ++v) {
    for (int u = 0; u < width; ++u)
      *image.at(u, v) =
          static_cast<std::uint8_t>(std::lround(20 + 200 * Gaussian(u + 0.5 - x, v + 0.5 - y, sigma)));
  }
  return image;
}

// A smooth picture without symmetries.
ScalePlane WavyPlane(int width, int height) {
  ScalePlane plane = ScalePlane::Make(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      plane.row(y)[x] =
          static_cast<float>(128 + 40 * std::sin(0.21 * x + 0.07 * y) + 30 * std::sin(0.13 * y - 0.05 * x) +
                             20 * std::cos(0.011 * x * y / 4.0) + 25 * Gaussian(x - 55, y - 44, 9));
  }
  return plane;
}

ScalePlane Impulse(int width, int height, int x, int y) {
  ScalePlane plane = ScalePlane::Make(width, height);
  plane.row(y)[x] = 1000;
  return plane;
}

TEST(GaussianBlur, OfAnImpulseIsTheGaussian) {
  for (const double sigma : {1.2, 2.5}) {
    const ScalePlane in = Impulse(41, 37, 20, 18);
    ScalePlane out = ScalePlane::Make(41, 37);
    GaussianBlur(in, sigma, out);
    for (int dy = -4; dy <= 4; ++dy) {
      for (int dx = -4; dx <= 4; ++dx)
        EXPECT_NEAR(out.row(18 + dy)[20 + dx],
                    1000 * Gaussian(dx, dy, sigma) / (2 * std::numbers::pi * sigma * sigma), 0.5);
    }
  }
}

TEST(GaussianBlur, KeepsEvenPicturesEvenUpToTheRim) {
  ScalePlane in = ScalePlane::Make(27, 25);
  for (int y = 0; y < in.height; ++y) std::fill_n(in.row(y), in.width, 77.0F);
  ScalePlane out = ScalePlane::Make(27, 25);
  GaussianBlur(in, 3.1, out);  // its taps reach over nearly half of the picture
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) ASSERT_NEAR(out.row(y)[x], 77, 1e-3) << x << ' ' << y;
  }
}

TEST(GaussianBlur, MirrorsAtTheRim) {
  const ScalePlane in = Impulse(33, 33, 1, 16);
  ScalePlane out = ScalePlane::Make(33, 33);
  GaussianBlur(in, 1.5, out);
  // The mirror image lies at -1: the rim has twice what lies one pixel from an impulse.
  EXPECT_NEAR(out.row(16)[0],
              2 * out.row(16)[2] - 2 * 1000 * Gaussian(3, 0, 1.5) / (2 * std::numbers::pi * 2.25), 0.6);
}

TEST(ScaleSpace, HasTheSizesAndBlursThatItsHeaderStates) {
  const ScaleSpace space = BuildScaleSpace(BlobPicture(300, 201, 150, 100, 20), 200);
  EXPECT_EQ(space.octaves[0][0].width, 400);  // shrunk to 200, then doubled
  EXPECT_NEAR(space.px_per_x, 0.75, 1e-12);
  EXPECT_EQ(space.octaves[1][0].width, 200);
  EXPECT_EQ(space.octaves[1][0].height, (space.octaves[0][0].height + 1) / 2);
  EXPECT_NEAR(LevelSigma(kScalesPerOctave), 2 * kBaseSigma, 1e-12);
  for (const auto& levels : space.octaves) EXPECT_EQ(static_cast<int>(levels.size()), kLevels);
}

TEST(ScaleSpaceExtrema, FindABlobAtItsPlaceAndScale) {
  for (const double sigma : {3.0, 5.0, 11.0}) {
    const double x = 71.3, y = 60.8;
    const ScaleSpace space = BuildScaleSpace(BlobPicture(160, 120, x, y, sigma), 640);
    const auto found = FindExtrema(space, 2);
    ASSERT_FALSE(found.empty()) << sigma;
    const auto best = std::max_element(found.begin(), found.end(),
                                       [](const auto& p, const auto& q) { return p.response < q.response; });
    const double size = std::exp2(best->octave);
    EXPECT_NEAR((best->x * size + 0.5) * space.px_per_x, x, 0.1) << sigma;
    EXPECT_NEAR((best->y * size + 0.5) * space.px_per_y, y, 0.1) << sigma;
    // The difference of Gaussians answers most where its inner blur is about the blob's.
    EXPECT_NEAR(best->sigma * size * space.px_per_x / sigma, 1, 0.25) << sigma;
  }
}

TEST(ScaleSpaceExtrema, IgnoreEdgesAndFaintBlobs) {
  Image edge = Image::Make(120, 100, 1, 40);
  for (int y = 0; y < 100; ++y) {
    for (int x = 60; x < 120; ++x) *edge.at(x, y) = 200;
  }
  EXPECT_TRUE(FindExtrema(BuildScaleSpace(edge, 640), 0.7).empty());
  const ScaleSpace blob = BuildScaleSpace(BlobPicture(120, 100, 60, 50, 6), 640);
  EXPECT_FALSE(FindExtrema(blob, 5).empty());
  EXPECT_TRUE(FindExtrema(blob, 150).empty());
}

// out(x, y) = in turned by a right angle: what was at (x, y) is now at (height - 1 - y, x).
ScalePlane QuarterTurned(const ScalePlane& in) {
  ScalePlane out = ScalePlane::Make(in.height, in.width);
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) out.row(x)[in.height - 1 - y] = in.row(y)[x];
  }
  return out;
}

double Difference(const SiftHistogram& a, const SiftHistogram& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(a[i] - b[i], 2);
  return std::sqrt(sum);
}

TEST(Sift, DirectionTurnsWithThePicture) {
  const ScalePlane plane = WavyPlane(100, 90);
  const ScalePlane turned = QuarterTurned(plane);
  const auto before = DominantDirections(plane, 50.2, 43.7, 2.3);
  const auto after = DominantDirections(turned, 90 - 1 - 43.7, 50.2, 2.3);
  ASSERT_EQ(before.size(), 1U);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NEAR(std::remainder(after[0] - before[0] - std::numbers::pi / 2, 2 * std::numbers::pi), 0, 0.02);
}

TEST(Sift, DirectionIsThatOfTheGradient) {
  ScalePlane ramp = ScalePlane::Make(60, 60);
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 60; ++x) ramp.row(y)[x] = static_cast<float>(2 * x + 1.2 * y);
  }
  const auto directions = DominantDirections(ramp, 30, 30, 2);
  ASSERT_EQ(directions.size(), 1U);
  EXPECT_NEAR(directions[0], std::atan2(1.2, 2), 0.03);
}

TEST(Sift, DescriptorTurnsWithThePicture) {
  const ScalePlane plane = WavyPlane(100, 90);
  const SiftHistogram before = DescribeSift(plane, 50.2, 43.7, 2.3, 0.4);
  const SiftHistogram after =
      DescribeSift(QuarterTurned(plane), 90 - 1 - 43.7, 50.2, 2.3, 0.4 + std::numbers::pi / 2);
  EXPECT_LT(Difference(before, after), 0.01);
  EXPECT_GT(Difference(before, DescribeSift(plane, 50.2, 43.7, 2.3, 1.9)), 0.3);
  EXPECT_GT(Difference(before, DescribeSift(plane, 58.2, 43.7, 2.3, 0.4)), 0.1);
}

TEST(Sift, DescriptorIgnoresBrightnessAndContrast) {
  const ScalePlane plane = WavyPlane(100, 90);
  ScalePlane other = plane;
  for (float& v : other.values) v = 0.4F * v + 31;
  EXPECT_LT(Difference(DescribeSift(plane, 48, 40, 3, 1), DescribeSift(other, 48, 40, 3, 1)), 1e-3);
}

TEST(Sift, DescriptorHasLengthOneAndIsZeroOfNothing) {
  const SiftHistogram some = DescribeSift(WavyPlane(100, 90), 48, 40, 3, 1);
  EXPECT_NEAR(std::sqrt(std::inner_product(some.begin(), some.end(), some.begin(), 0.0)), 1, 1e-5);
  ScalePlane even = ScalePlane::Make(100, 90);
  const SiftHistogram none = DescribeSift(even, 48, 40, 3, 1);
  for (const float v : none) EXPECT_EQ(v, 0);
  EXPECT_TRUE(DominantDirections(even, 48, 40, 3).empty());
}

// A glint across one cell may not drown all else.
TEST(Sift, NoDirectionDominatesADescriptor) {
  ScalePlane plane = WavyPlane(100, 90);
  const SiftHistogram calm = DescribeSift(plane, 48, 40, 3, 0);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 46; ++x) plane.row(y)[x] += 2000;
  }
  const SiftHistogram glint = DescribeSift(plane, 48, 40, 3, 0);
  EXPECT_LT(*std::max_element(calm.begin(), calm.end()), 0.45);
  EXPECT_LT(*std::max_element(glint.begin(), glint.end()), 0.45);
}

TEST(Sift, PatchesThatLeaveThePictureAreDescribed) {
  const ScalePlane plane = WavyPlane(60, 50);
  for (const double x : {0.0, 59.0}) {
    for (const double y : {0.0, 49.0}) {
      for (const float v : DescribeSift(plane, x, y, 3, 0.7)) EXPECT_TRUE(std::isfinite(v));
    }
  }
}

TEST(Features, CoordinatesAreThoseOfTheWorkPicture) {
  // A picture that is only doubled, and one that is shrunk first.
  for (const int width : {200, 900}) {
    const int height = width * 3 / 4;
    const double x = 0.4013 * width, y = 0.5522 * height, sigma = 0.0225 * width;
    const FeatureSet set =
        ExtractFeatures(BlobPicture(width, height, x, y, sigma), Image{}, {.contrast_threshold = 0.05});
    ASSERT_GE(set.size(), 1U) << width;
    double nearest = 1e9;
    for (const auto& px : set.px) nearest = std::min(nearest, (px - Eigen::Vector2d(x, y)).norm());
    EXPECT_LT(nearest, 0.001 * width) << width;
  }
}

Image TexturedPicture(int width, int height) {
  Image image = Image::Make(width, height, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      *image.at(x, y) = static_cast<std::uint8_t>(
          ((static_cast<unsigned>(x / 6) * 2654435761U ^ static_cast<unsigned>(y / 6) * 40503U * 65537U) >>
           13) %
              200 +
          20);
    }
  }
  return image;
}

TEST(Features, TheStrongestAreKeptLargestFirst) {
  const Image picture = TexturedPicture(320, 240);
  const FeatureSet all = ExtractFeatures(picture, Image{}, {.max_features = 100000});
  const FeatureSet few = ExtractFeatures(picture, Image{}, {.max_features = 50});
  ASSERT_GT(all.size(), 200U);
  EXPECT_EQ(few.size(), 50U);
  EXPECT_EQ(all.descriptors.size(), all.size() * kDescriptorSize);
  EXPECT_TRUE(std::is_sorted(all.scale_px.rbegin(), all.scale_px.rend()));
  for (std::size_t i = 0; i < few.size(); ++i)
    EXPECT_TRUE(std::any_of(all.px.begin(), all.px.end(), [&](const auto& px) { return px == few.px[i]; }));
}

TEST(Features, MaskedOnesAreLeftOut) {
  const Image picture = TexturedPicture(320, 240);
  Image mask = Image::Make(320, 240, 1, 0);
  for (int y = 0; y < 240; ++y) std::fill_n(mask.at(160, y), 160, std::uint8_t{255});
  const FeatureSet set = ExtractFeatures(picture, mask, {});
  ASSERT_GT(set.size(), 50U);
  for (const auto& px : set.px) EXPECT_GE(px.x(), 160);
}

TEST(Features, TinyAndEvenPicturesHaveNone) {
  EXPECT_EQ(ExtractFeatures(Image::Make(3, 2, 1, 9), Image{}, {}).size(), 0U);
  EXPECT_EQ(ExtractFeatures(Image::Make(1, 1, 1, 9), Image{}, {}).size(), 0U);
  EXPECT_EQ(ExtractFeatures(Image::Make(200, 5, 1, 9), Image{}, {}).size(), 0U);
  EXPECT_EQ(ExtractFeatures(Image::Make(300, 200, 1, 9), Image{}, {}).size(), 0U);
}

}  // namespace
}  // namespace rv::features
