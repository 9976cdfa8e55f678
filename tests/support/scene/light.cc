#include "tests/support/scene/light.h"

#include <numbers>

namespace rv::synthetic {

Vec3 ArrivingLight(const LightQuestion& question, const Room& room, const Reflections& reflections) {
  const float pi = std::numbers::pi_v<float>;
  const Vec3 origin = question.position + question.normal * 2e-3F;
  const bool occluded = static_cast<bool>(question.blocked);
  Vec3 sum;
  const auto& directions = reflections.directions();
  const float solid_angle = 4 * pi / directions.size();
  for (std::size_t i = 0; i < directions.size(); ++i) {
    const float cosine = Dot(directions[i], question.normal);
    if (cosine <= 0) continue;
    const bool hidden = occluded && question.blocked(origin, directions[i], 30);
    sum += (hidden ? question.bounce : reflections.ambient()[i]) * (cosine * solid_angle);
  }
  const int n = question.spread;
  for (const Emitter& emitter : room.emitters()) {
    const Vec3 facing = Cross(emitter.u, emitter.v);
    const float cell = 4 * Norm(facing) / (n * n);
    const Vec3 normal = Normalized(facing);
    for (int i = 0; i < n * n; ++i) {
      const float a = 2 * (i % n + question.jitter_u) / n - 1, b = 2 * (i / n + question.jitter_v) / n - 1;
      const Vec3 to = emitter.center + emitter.u * a + emitter.v * b - question.position;
      const float distance = Norm(to);
      const Vec3 direction = to * (1 / distance);
      const float here = Dot(direction, question.normal), there = -Dot(direction, normal);
      if (here <= 0 || there <= 0) continue;
      if (occluded && question.blocked(origin, direction, distance)) continue;
      sum += emitter.radiance * (here * there * cell / (distance * distance));
    }
  }
  return sum * (1 / pi);
}

}  // namespace rv::synthetic
