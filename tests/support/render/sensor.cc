#include "tests/support/render/sensor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "tests/support/scene/random.h"
#include "tests/support/scene/texture.h"

namespace rv {
namespace synthetic {
namespace {

// Roughly Gaussian, zero mean, unit variance, from four bytes.
float NoiseFrom(std::uint32_t bits) {
  const int sum = static_cast<int>(bits & 255) + static_cast<int>((bits >> 8) & 255) +
                  static_cast<int>((bits >> 16) & 255) + static_cast<int>(bits >> 24);
  return (sum - 510) * (1.0F / 147.8F);
}

}  // namespace

LinearImage ToLinear(const LinearPicture& picture) {
  LinearImage image{picture.width, picture.height, {}};
  image.pixels.reserve(picture.pixels.size() * 3);
  for (const Vec3& light : picture.pixels)
    for (const float value : {light.x, light.y, light.z}) image.pixels.push_back(std::max(0.0F, value));
  return image;
}

Sensor::Sensor(const SweepScene& scene)
    : scene_(scene),
      exposure_(0.05, 0.4, 4, scene.exposure_drift_ev / 1.5, scene.seed * 211),
      red_(0.05, 0.3, 3, scene.white_balance_drift / 1.5, scene.seed * 223),
      blue_(0.05, 0.3, 3, scene.white_balance_drift / 1.5, scene.seed * 227) {}

LinearImage Sensor::Expose(const LinearPicture& picture,
                           const Camera& camera,
                           int frame,
                           double time_s) const {
  LinearImage image{picture.width, picture.height, {}};
  image.pixels.resize(picture.pixels.size() * 3);
  const float gain = static_cast<float>(std::exp2(exposure_.At(time_s)));
  const float gains[3] = {gain * static_cast<float>(1 + red_.At(time_s)), gain,
                          gain * static_cast<float>(1 + blue_.At(time_s))};
  // Shot noise: at linear mid-gray 0.2 one 8-bit sRGB step is about 0.0036.
  const float noise = static_cast<float>(scene_.noise * 0.0036);
  const float corner = static_cast<float>(4.0 / (static_cast<double>(camera.width) * camera.width +
                                                 static_cast<double>(camera.height) * camera.height));
  ParallelFor(picture.height, scene_.threads, [&](std::size_t y) {
    for (int x = 0; x < picture.width; ++x) {
      const std::size_t at = y * picture.width + x;
      const Vec3& light = picture.pixels[at];
      const float dx = x + 0.5F - 0.5F * picture.width, dy = y + 0.5F - 0.5F * picture.height;
      const float dim = 1 - static_cast<float>(scene_.vignette) * (dx * dx + dy * dy) * corner;
      float values[3] = {light.x, light.y, light.z};
      std::uint64_t bits = 0;
      if (noise > 0)
        bits = Random::Mix(scene_.seed * 7919 + static_cast<std::uint64_t>(frame) * 0x100000000ULL + at);
      for (int c = 0; c < 3; ++c) {
        float value = values[c] * gains[c] * dim;
        if (noise > 0) {
          const auto part = static_cast<std::uint32_t>(c == 2 ? Random::Mix(bits) : bits >> (32 * c));
          value += noise * std::sqrt((std::max(0.0F, value) + 0.01F) / 0.21F) * NoiseFrom(part);
        }
        image.pixels[3 * at + c] = std::max(0.0F, value);
      }
    }
  });
  return image;
}

}  // namespace synthetic

Image ToSrgb(const LinearImage& linear) {
  constexpr int kSteps = 4096;
  constexpr float kTop = 4;
  // Indexed by the square root, which spaces the table's steps like sRGB does.
  static const auto kTable = [] {
    std::array<std::uint8_t, kSteps + 1> table{};
    for (int i = 0; i <= kSteps; ++i) {
      const float root = static_cast<float>(i) / kSteps, value = kTop * root * root;
      const float over = value - 0.8F;
      const float soft = over <= 0 ? value : 0.8F + 0.2F * (1 - std::exp(-over / 0.2F));
      table[i] = static_cast<std::uint8_t>(255 * synthetic::SrgbFromLinear(soft) + 0.5F);
    }
    return table;
  }();
  Image image = Image::Make(linear.width, linear.height, 3);
  ParallelFor(linear.height, 0, [&](std::size_t y) {
    const std::size_t first = y * linear.width * 3, last = first + static_cast<std::size_t>(linear.width) * 3;
    for (std::size_t i = first; i < last; ++i) {
      const float root = std::sqrt(std::min(linear.pixels[i], kTop) * (1 / kTop));
      image.pixels[i] = kTable[static_cast<int>(root * kSteps + 0.5F)];
    }
  });
  return image;
}

}  // namespace rv
