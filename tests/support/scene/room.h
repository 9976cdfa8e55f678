// The room round the table: a box of painted walls with a window and a ceiling lamp, or a plain studio. It is
// seen behind the object, lights it and shines in it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/support/scene/texture.h"
#include "tests/support/scene/vec.h"

namespace rv::synthetic {

constexpr float kRoomLength = 36;  // units of about 10 cm

enum class BackgroundKind {
  kRoom,    // bookshelf, pictures, window, door: full of texture
  kStudio,  // even light-gray walls and floor
};

// A shining rectangle: center +- u +- v, seen from the side of Cross(u, v).
struct Emitter {
  Vec3 center, u, v;
  Vec3 radiance;
};

class Room {
 public:
  Room() = default;
  // `length`: along x, units; the walls keep their proportions, the ceiling rises half as much.
  Room(BackgroundKind kind, std::uint64_t seed, float length = kRoomLength);

  // Light along a unit ray from inside; `spread` is the width of the ray per unit of length.
  Vec3 Radiance(const Vec3& origin, const Vec3& direction, float spread) const;
  const std::vector<Emitter>& emitters() const { return emitters_; }

 private:
  Vec3 low_, high_;
  std::array<Texture, 6> walls_;  // +X, -X, +Y, -Y, +Z, -Z
  std::vector<Emitter> emitters_;
};

// Light from all directions at the object, with the table below, blurred for surfaces from polished to dull.
class Reflections {
 public:
  Reflections() = default;
  // `table` is the light that the table's plane (y = 0, within `table_radius`) sends up.
  Reflections(const Room& room, const Vec3& at, const Vec3& table, float table_radius);
  // `direction` unit; roughness 0 (mirror) to 1.
  Vec3 Sample(const Vec3& direction, float roughness) const;
  // Without the emitters: for lighting by sampled directions.
  const std::vector<Vec3>& directions() const { return directions_; }
  const std::vector<Vec3>& ambient() const { return ambient_; }

 private:
  struct Level {
    int size = 0;
    std::vector<Vec3> texels;
  };
  static Vec3 Lookup(const Level& level, const Vec3& direction);
  std::vector<Level> levels_;
  std::vector<Vec3> directions_, ambient_;
};

}  // namespace rv::synthetic
