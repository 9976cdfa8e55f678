#include "tests/support/scene/room.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/support/scene/room_paint.h"

namespace rv::synthetic {
namespace {

// One unit is about 10 cm: a room of 3.6 x 3 m, the table's top at y = 0.
constexpr Vec3 kLow{-18, -7.5F, -15};
constexpr Vec3 kHigh{18, 18, 15};

// Octahedral map: the sphere onto [0, 1]^2 (Cigolle et al.: A Survey of Efficient Representations for
// Independent Unit Vectors, JCGT 2014).
Vec2 OctahedralUv(const Vec3& d) {
  const float scale = 1.0F / (std::abs(d.x) + std::abs(d.y) + std::abs(d.z));
  float x = d.x * scale, y = d.z * scale;
  if (d.y < 0) {
    const float fx = (1 - std::abs(y)) * std::copysign(1.0F, x),
                fy = (1 - std::abs(x)) * std::copysign(1.0F, y);
    x = fx;
    y = fy;
  }
  return {0.5F * x + 0.5F, 0.5F * y + 0.5F};
}

Vec3 OctahedralDirection(float u, float v) {
  float x = 2 * u - 1, z = 2 * v - 1;
  const float y = 1 - std::abs(x) - std::abs(z);
  if (y < 0) {
    const float fx = (1 - std::abs(z)) * std::copysign(1.0F, x),
                fz = (1 - std::abs(x)) * std::copysign(1.0F, z);
    x = fx;
    z = fz;
  }
  return Normalized({x, y, z});
}

}  // namespace

Room::Room(BackgroundKind kind, std::uint64_t seed, float length) : low_(kLow), high_(kHigh) {
  const float wider = length / kRoomLength, higher = 1 + (wider - 1) / 2;
  low_ = {kLow.x * wider, kLow.y, kLow.z * wider};
  high_ = {kHigh.x * wider, kHigh.y * higher, kHigh.z * wider};
  if (kind == BackgroundKind::kStudio) {
    for (int wall = 0; wall < 6; ++wall) walls_[wall] = PaintStudioWall(wall, seed + wall);
    // Soft boxes outside the picture, seen only as light.
    emitters_ = {{{-17.9F, 8, 0}, {0, 5, 0}, {0, 0, 7}, {7, 7, 7}},
                 {{2, 17.9F, 1}, {6, 0, 0}, {0, 0, 6}, {7, 7, 7}}};
  } else {
    for (int wall = 0; wall < 6; ++wall) walls_[wall] = PaintRoomWall(wall, seed * 7 + wall);
    // Where PaintRoomWall paints the window and the lamp.
    emitters_ = {{{-17.9F, 6.5F, 0}, {0, 4.2F, 0}, {0, 0, 6.0F}, {15.5F, 16.2F, 17.5F}},
                 {{0, 17.9F, 0}, {3.6F, 0, 0}, {0, 0, 3.0F}, {18.5F, 16.6F, 14.2F}}};
  }
  for (Emitter& emitter : emitters_) {
    const Vec3 scale{wider, higher, wider};
    emitter.center = emitter.center * scale;
    emitter.u = emitter.u * scale;
    emitter.v = emitter.v * scale;
  }
}

Vec3 Room::Radiance(const Vec3& origin, const Vec3& direction, float spread) const {
  const auto exit = [](float o, float d, float low, float high) {
    return std::abs(d) < 1e-9F ? 1e9F : ((d > 0 ? high : low) - o) / d;
  };
  const float tx = exit(origin.x, direction.x, low_.x, high_.x);
  const float ty = exit(origin.y, direction.y, low_.y, high_.y);
  const float tz = exit(origin.z, direction.z, low_.z, high_.z);
  const float t = std::min({tx, ty, tz});
  const Vec3 p = origin + direction * t;
  const Vec3 s{(p.x - low_.x) / (high_.x - low_.x), (p.y - low_.y) / (high_.y - low_.y),
               (p.z - low_.z) / (high_.z - low_.z)};
  int wall = 0;
  float u = 0, v = 0, cosine = 1, length = high_.x - low_.x;
  if (t == tx) {
    wall = direction.x > 0 ? 0 : 1;
    u = wall == 0 ? s.z : 1 - s.z;
    v = 1 - s.y;
    cosine = std::abs(direction.x);
    length = high_.z - low_.z;
  } else if (t == ty) {
    wall = direction.y > 0 ? 2 : 3;
    u = s.x;
    v = s.z;
    cosine = std::abs(direction.y);
  } else {
    wall = direction.z > 0 ? 4 : 5;
    u = wall == 4 ? 1 - s.x : s.x;
    v = 1 - s.y;
    cosine = std::abs(direction.z);
  }
  const Texture& texture = walls_[wall];
  const float texels = t * spread / std::sqrt(std::max(0.05F, cosine)) * texture.width() / length;
  // The clamp keeps a wall's far edge from wrapping in.
  const float rim = 0.5F / texture.height();
  return texture.Sample(std::clamp(u, rim, 1 - rim), std::clamp(v, rim, 1 - rim), texels);
}

Reflections::Reflections(const Room& room, const Vec3& at, const Vec3& table, float table_radius) {
  const auto light = [&](const Vec3& d) {
    if (d.y < -1e-3F) {
      const Vec3 p = at + d * (-at.y / d.y);
      if (p.x * p.x + p.z * p.z < table_radius * table_radius) return table;
    }
    return room.Radiance(at, d, 0.03F);
  };
  constexpr int kSizes[] = {128, 64, 32, 32};
  constexpr float kExponents[] = {0, 160, 28, 5};
  std::vector<Vec3> directions, radiances;
  for (int level = 0; level < 4; ++level) {
    Level out{kSizes[level], {}};
    for (int y = 0; y < out.size; ++y) {
      for (int x = 0; x < out.size; ++x) {
        const Vec3 d = OctahedralDirection((x + 0.5F) / out.size, (y + 0.5F) / out.size);
        if (level == 0) {
          out.texels.push_back(light(d));
          if (x % 2 == 0 && y % 2 == 0) {
            directions.push_back(d);
            radiances.push_back(light(d));
          }
          continue;
        }
        Vec3 sum;
        float weights = 0;
        for (std::size_t i = 0; i < directions.size(); ++i) {
          const float cosine = Dot(directions[i], d);
          if (cosine <= 0) continue;
          const float weight = std::pow(cosine, kExponents[level]);
          sum += radiances[i] * weight;
          weights += weight;
        }
        out.texels.push_back(sum * (1.0F / std::max(1e-6F, weights)));
      }
    }
    levels_.push_back(std::move(out));
  }
  constexpr int kDirections = 96;  // a Fibonacci lattice on the sphere
  for (int i = 0; i < kDirections; ++i) {
    const float y = 1 - (2 * i + 1.0F) / kDirections, angle = 2.39996323F * i, r = std::sqrt(1 - y * y);
    const Vec3 d{r * std::cos(angle), y, r * std::sin(angle)};
    directions_.push_back(d);
    const Vec3 all = light(d);
    ambient_.push_back({std::min(all.x, 1.5F), std::min(all.y, 1.5F), std::min(all.z, 1.5F)});
  }
}

Vec3 Reflections::Lookup(const Level& level, const Vec3& direction) {
  const Vec2 uv = OctahedralUv(direction);
  const float x = std::clamp(uv.x * level.size - 0.5F, 0.0F, level.size - 1.001F);
  const float y = std::clamp(uv.y * level.size - 0.5F, 0.0F, level.size - 1.001F);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const Vec3* row = &level.texels[static_cast<std::size_t>(y0) * level.size + x0];
  return Lerp(Lerp(row[0], row[1], x - x0), Lerp(row[level.size], row[level.size + 1], x - x0), y - y0);
}

Vec3 Reflections::Sample(const Vec3& direction, float roughness) const {
  const float at = Clamp01(roughness) * 3;
  const int level = std::min(2, static_cast<int>(at));
  const float blend = at - level;
  if (blend < 0.02F) return Lookup(levels_[level], direction);
  if (blend > 0.98F) return Lookup(levels_[level + 1], direction);
  return Lerp(Lookup(levels_[level], direction), Lookup(levels_[level + 1], direction), blend);
}

}  // namespace rv::synthetic
