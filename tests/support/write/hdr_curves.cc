#include "tests/support/write/hdr_curves.h"

#include <algorithm>
#include <cmath>

namespace rv::synthetic {

Vec3 Bt2020FromBt709(const Vec3& c) {
  return {0.6274F * c.x + 0.3293F * c.y + 0.0433F * c.z, 0.0691F * c.x + 0.9195F * c.y + 0.0114F * c.z,
          0.0164F * c.x + 0.0880F * c.y + 0.8956F * c.z};
}

float HlgSignal(float light) {
  constexpr float kA = 0.17883277F, kB = 0.28466892F, kC = 0.55991073F;
  const float e = std::clamp(light, 0.0F, 1.0F);
  return e <= 1.0F / 12 ? std::sqrt(3 * e) : kA * std::log(12 * e - kB) + kC;
}

float PqSignal(float candela) {
  constexpr float kM1 = 2610.0F / 16384, kM2 = 2523.0F / 4096 * 128;
  constexpr float kC1 = 3424.0F / 4096, kC2 = 2413.0F / 4096 * 32, kC3 = 2392.0F / 4096 * 32;
  const float y = std::pow(std::clamp(candela / 10000, 0.0F, 1.0F), kM1);
  return std::pow((kC1 + kC2 * y) / (1 + kC3 * y), kM2);
}

}  // namespace rv::synthetic
