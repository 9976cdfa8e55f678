#include "tests/support/scene/texture.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace rv::synthetic {
namespace {

// Four channels at once (GCC and clang vectors).
using Texels4 = std::uint16_t __attribute__((vector_size(8)));
using Floats4 = float __attribute__((vector_size(16)));

// Quick log2, linear between powers of two: the error (< 0.09) only moves the blend between mips.
float QuickLog2(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const float mantissa = std::bit_cast<float>((bits & 0x7fffffU) | 0x3f800000U);
  return static_cast<float>(static_cast<int>(bits >> 23) - 127) + mantissa - 1.0F;
}

std::vector<Vec3> Halve(const std::vector<Vec3>& fine, int width, int height) {
  const int w = std::max(1, width / 2), h = std::max(1, height / 2);
  std::vector<Vec3> coarse(static_cast<std::size_t>(w) * h);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const int x0 = std::min(2 * x, width - 1), x1 = std::min(2 * x + 1, width - 1);
      const int y0 = std::min(2 * y, height - 1), y1 = std::min(2 * y + 1, height - 1);
      coarse[y * w + x] =
          (fine[y0 * width + x0] + fine[y0 * width + x1] + fine[y1 * width + x0] + fine[y1 * width + x1]) *
          0.25F;
    }
  }
  return coarse;
}

}  // namespace

Texture::Texture(int width, int height, const std::vector<Vec3>& linear, float max_value)
    : width_(width), height_(height), scale_(std::sqrt(max_value) / 65535.0F) {
  RV_CHECK(std::has_single_bit(static_cast<unsigned>(width)) &&
           std::has_single_bit(static_cast<unsigned>(height)));
  RV_CHECK_EQ(linear.size(), static_cast<std::size_t>(width) * height);
  std::vector<Vec3> texels = linear;
  while (true) {
    Level level{width, height, {}};
    level.texels.reserve(texels.size() * 4);
    for (const Vec3& t : texels) {
      for (const float c : {t.x, t.y, t.z, 0.0F}) {
        const float root = std::sqrt(std::max(0.0F, c)) / scale_;
        level.texels.push_back(static_cast<std::uint16_t>(std::min(65535.0F, root + 0.5F)));
      }
    }
    levels_.push_back(std::move(level));
    if (width == 1 && height == 1) break;
    texels = Halve(texels, width, height);
    width = std::max(1, width / 2);
    height = std::max(1, height / 2);
  }
  average_ = texels[0];
}

Vec3 Texture::Bilinear(const Level& level, float u, float v) const {
  const float x = u * level.width - 0.5F, y = v * level.height - 0.5F;
  const float fx = std::floor(x), fy = std::floor(y);
  const float ax = x - fx, ay = y - fy;
  const int x0 = static_cast<int>(fx) & (level.width - 1), x1 = (x0 + 1) & (level.width - 1);
  const int y0 = static_cast<int>(fy) & (level.height - 1), y1 = (y0 + 1) & (level.height - 1);
  const auto texel = [&](int tx, int ty) {
    Texels4 raw;
    std::memcpy(&raw, &level.texels[(static_cast<std::size_t>(ty) * level.width + tx) * 4], sizeof(raw));
    return __builtin_convertvector(raw, Floats4);
  };
  const Floats4 sum = ((1 - ax) * (1 - ay)) * texel(x0, y0) + (ax * (1 - ay)) * texel(x1, y0) +
                      ((1 - ax) * ay) * texel(x0, y1) + (ax * ay) * texel(x1, y1);
  return {sum[0], sum[1], sum[2]};
}

Vec3 Texture::Sample(float u, float v, float texels) const {
  Vec3 root;
  const float lod = texels <= 1.0F ? 0.0F : QuickLog2(texels);
  const int last = static_cast<int>(levels_.size()) - 1;
  // Near a level that level alone, for speed.
  const int level = std::min(static_cast<int>(lod + 0.2F), last);
  root = Bilinear(levels_[level], u, v);
  const float blend = (lod - level - 0.2F) * (1 / 0.6F);
  if (blend > 0 && level < last) root = Lerp(root, Bilinear(levels_[level + 1], u, v), Clamp01(blend));
  root = root * scale_;
  return root * root;
}

Vec3 Texture::SampleStretched(float u, float v, float minor_texels, float major_texels, Vec2 major_uv) const {
  const int probes = std::clamp(static_cast<int>(major_texels / std::max(1.0F, minor_texels) + 0.5F), 1, 4);
  const float width = std::max(minor_texels, major_texels / probes);
  Vec3 sum;
  for (int i = 0; i < probes; ++i) {
    const float offset = (i + 0.5F) / probes - 0.5F;
    sum += Sample(u + offset * major_uv.x, v + offset * major_uv.y, width);
  }
  return sum * (1.0F / probes);
}

float LinearFromSrgb(float srgb) {
  return srgb <= 0.04045F ? srgb / 12.92F : std::pow((srgb + 0.055F) / 1.055F, 2.4F);
}

float SrgbFromLinear(float linear) {
  if (linear <= 0) return 0;
  if (linear >= 1) return 1;
  return linear <= 0.0031308F ? 12.92F * linear : 1.055F * std::pow(linear, 1.0F / 2.4F) - 0.055F;
}

}  // namespace rv::synthetic
