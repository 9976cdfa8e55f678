// Mip-mapped textures in linear light. Texels are kept as square roots in 16 bits, which spaces them evenly
// to the eye; filters work on these, mips are averaged in linear light.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/scene/vec.h"

namespace rv::synthetic {

class Texture {
 public:
  Texture() = default;
  // Row-major linear texels, width * height, both powers of two; values up to `max_value`.
  Texture(int width, int height, const std::vector<Vec3>& linear, float max_value = 1.0F);

  int width() const { return width_; }
  int height() const { return height_; }
  // Trilinear; (0, 0) is the top-left corner, 1 the far one, wraps round. `texels` is the filter width in
  // texels of the finest level; at or below 1 the finest level is interpolated.
  Vec3 Sample(float u, float v, float texels) const;
  // Widths of the two axes of a longer footprint: up to four probes along the longer one, given in uv units.
  Vec3 SampleStretched(float u, float v, float minor_texels, float major_texels, Vec2 major_uv) const;
  Vec3 Average() const { return average_; }

 private:
  struct Level {
    int width = 0, height = 0;
    std::vector<std::uint16_t> texels;  // 4 per texel, the last unused
  };
  Vec3 Bilinear(const Level& level, float u, float v) const;

  int width_ = 0, height_ = 0;
  float scale_ = 0;  // linear = (texel * scale_)^2
  std::vector<Level> levels_;
  Vec3 average_;
};

// sRGB byte to linear and linear to sRGB in [0, 1].
float LinearFromSrgb(float srgb);
float SrgbFromLinear(float linear);

}  // namespace rv::synthetic
