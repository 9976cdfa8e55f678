// Smooth random fields on a periodic lattice.
#pragma once

#include <cmath>
#include <cstdint>

#include "tests/support/scene/random.h"

namespace rv::synthetic {

// In [0, 1], smooth, period `period` (integer) in both axes.
inline float ValueNoise(float x, float y, int period, std::uint64_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  const auto wrap = [period](int v) { return static_cast<std::uint64_t>(((v % period) + period) % period); };
  const std::uint64_t base = seed * 0x9e3779b97f4a7c15ULL;
  const std::uint64_t xs[2] = {wrap(static_cast<int>(fx)) * 0x100000001b3ULL,
                               wrap(static_cast<int>(fx) + 1) * 0x100000001b3ULL};
  const std::uint64_t ys[2] = {wrap(static_cast<int>(fy)) * 0xc2b2ae3d27d4eb4fULL,
                               wrap(static_cast<int>(fy) + 1) * 0xc2b2ae3d27d4eb4fULL};
  const auto corner = [&](int dx, int dy) {
    return static_cast<float>(Random::Mix(base + xs[dx] + ys[dy]) >> 40) * 0x1.0p-24F;
  };
  const float ax = x - fx, ay = y - fy;
  const float sx = ax * ax * (3 - 2 * ax), sy = ay * ay * (3 - 2 * ay);
  const float top = corner(0, 0) + sx * (corner(1, 0) - corner(0, 0));
  const float bottom = corner(0, 1) + sx * (corner(1, 1) - corner(0, 1));
  return top + sy * (bottom - top);
}

// Sum of octaves, in [0, 1]; u, v in [0, 1] cover one period of `cells` lattice cells.
inline float FractalNoise(float u, float v, int cells, int octaves, std::uint64_t seed) {
  float sum = 0, weight = 0.5F, total = 0;
  for (int i = 0; i < octaves; ++i) {
    const int period = cells << i;
    sum += weight * ValueNoise(u * period, v * period, period, seed + 77 * i);
    total += weight;
    weight *= 0.5F;
  }
  return sum / total;
}

}  // namespace rv::synthetic
