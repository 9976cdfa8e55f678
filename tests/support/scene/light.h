// Light that arrives at a surface: from the room, its window and lamp, less what is in the way.
#pragma once

#include <functional>

#include "tests/support/scene/room.h"
#include "tests/support/scene/vec.h"

namespace rv::synthetic {

struct LightQuestion {
  Vec3 position, normal;
  // Is something within `reach` along the unit direction?
  std::function<bool(const Vec3& origin, const Vec3& direction, float reach)> blocked;
  Vec3 bounce;                             // light that comes from things in the way
  int spread = 4;                          // samples along each side of an emitter
  float jitter_u = 0.5F, jitter_v = 0.5F;  // in [0, 1): place within an emitter's cell
};

// Irradiance divided by pi.
Vec3 ArrivingLight(const LightQuestion& question, const Room& room, const Reflections& reflections);

}  // namespace rv::synthetic
