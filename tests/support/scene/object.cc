#include "tests/support/scene/object.h"

#include <algorithm>
#include <numbers>

#include "base/check.h"
#include "tests/support/scene/noise.h"

namespace rv::synthetic {
namespace {

int Rows(int count, float detail) { return std::max(3, static_cast<int>(std::lround(count * detail))); }

float Draw(Random& random, double low, double high) { return static_cast<float>(random.Uniform(low, high)); }

// A hollow vessel: the outer wall through `wall` (radius, height), then the same wall inwards down to a
// floor.
std::vector<Vec2> Hollow(const std::vector<Vec2>& wall, float thickness, int steps) {
  std::vector<Vec2> outer = SmoothProfile(wall, steps);
  std::vector<Vec2> profile{{0, outer[0].y}, {0.5F * outer[0].x, outer[0].y}};
  profile.insert(profile.end(), outer.begin(), outer.end());
  const float lip_y = outer.back().y, lip_x = outer.back().x;
  profile.push_back({lip_x - 0.3F * thickness, lip_y + 0.4F * thickness});
  profile.push_back({lip_x - 0.7F * thickness, lip_y + 0.4F * thickness});
  const float floor_y = outer[0].y + 1.5F * thickness;
  for (auto p = outer.rbegin(); p != outer.rend(); ++p) {
    if (p->y > floor_y && p->y < lip_y) profile.push_back({std::max(0.02F, p->x - thickness), p->y});
  }
  profile.push_back({0.5F * profile.back().x, floor_y});
  profile.push_back({0, floor_y});
  return profile;
}

std::vector<Vec2> Solid(const std::vector<Vec2>& wall, int steps) {
  const std::vector<Vec2> outer = SmoothProfile(wall, steps);
  std::vector<Vec2> profile{{0, outer[0].y}};
  profile.insert(profile.end(), outer.begin(), outer.end());
  profile.push_back({0, outer.back().y});
  return profile;
}

// The print ends at the rim; inside is pale glaze.
void AddVessel(Object& object, Mesh vessel) {
  ObjectPart inside{TakeInside(vessel)};
  inside.tint = {0.72F, 0.7F, 0.66F};
  inside.printed = false;
  object.parts.push_back({std::move(vessel)});
  object.parts.push_back(std::move(inside));
}

void AddTin(Object& object, Random& random, float detail) {
  const float r = Draw(random, 0.5, 0.8), h = Draw(random, 0.7, 1.1), e = 0.03F;
  const std::vector<Vec2> profile{{0, 0},
                                  {r - e, 0},
                                  {r, e},
                                  {r, 2 * e},
                                  {r - 0.5F * e, 3 * e},
                                  {r - 0.5F * e, 0.5F * h},
                                  {r - 0.5F * e, h - 3 * e},
                                  {r, h - 2 * e},
                                  {r, h - e},
                                  {r - e, h},
                                  {r - 2 * e, h},
                                  {r - 3 * e, h - 2 * e},
                                  {0, h - 2 * e}};
  object.parts.push_back({Lathe(profile, Rows(96, detail), 1)});
  object.category = "tin";
}

void AddBottle(Object& object, Random& random, float detail) {
  const float r = Draw(random, 0.32, 0.42), neck = Draw(random, 0.1, 0.14),
              shoulder = Draw(random, 0.95, 1.15);
  object.parts.push_back({Lathe(Solid({{r * 0.92F, 0},
                                       {r, 0.06F},
                                       {r, 0.3F},
                                       {r, 0.6F},
                                       {r, shoulder},
                                       {0.6F * r, shoulder + 0.2F},
                                       {neck, shoulder + 0.4F},
                                       {neck, 1.75F}},
                                      Rows(10, detail)),
                                Rows(96, detail), 1)});
  ObjectPart cap{Lathe({{0, 1.7F},
                        {neck + 0.03F, 1.7F},
                        {neck + 0.04F, 1.73F},
                        {neck + 0.04F, 1.88F},
                        {neck + 0.02F, 1.91F},
                        {0, 1.91F}},
                       Rows(64, detail), 1)};
  cap.tint = {0.05F, 0.05F, 0.06F};
  cap.printed = false;
  object.parts.push_back(std::move(cap));
  object.category = "bottle";
}

void AddVase(Object& object, Random& random, float detail) {
  const float belly = Draw(random, 0.55, 0.8), waist = Draw(random, 0.25, 0.4), lip = Draw(random, 0.35, 0.5);
  AddVessel(object, Lathe(Hollow({{Draw(random, 0.35, 0.5), 0},
                                  {belly, Draw(random, 0.45, 0.7)},
                                  {0.5F * (belly + waist), 1.1F},
                                  {waist, 1.45F},
                                  {lip, 1.75F}},
                                 0.05F, Rows(10, detail)),
                          Rows(112, detail), 1));
  object.category = "vase";
}

void AddBowl(Object& object, Random& random, float detail) {
  const float lip = Draw(random, 0.95, 1.15);
  AddVessel(object,
            Lathe(Hollow({{0.4F, 0}, {0.42F, 0.08F}, {0.75F * lip, 0.3F}, {lip, Draw(random, 0.6, 0.75)}},
                         0.06F, Rows(10, detail)),
                  Rows(112, detail), 2));
  object.category = "bowl";
}

void AddMug(Object& object, Random& random, float detail) {
  const float r = Draw(random, 0.5, 0.58), h = Draw(random, 1.1, 1.25), waist = Draw(random, 0.97, 1.02);
  AddVessel(object,
            Lathe(Hollow({{0.9F * r, 0}, {r, 0.08F}, {r * waist, 0.5F * h}, {r, h}}, 0.06F, Rows(10, detail)),
                  Rows(112, detail), 1));
  std::vector<Vec3> path;
  for (int i = 0; i <= 28; ++i) {
    const float angle = kTurn * (-0.27F + 0.54F * i / 28.0F);
    path.push_back({r + 0.34F * std::cos(angle), 0.52F * h + 0.36F * std::sin(angle), 0});
  }
  Mesh handle = Tube(path, {0, 0, 1}, 0.09F, 0.06F, 20);
  for (Vec2& uv : handle.uvs) uv = {uv.x * 0.06F + 0.31F, uv.y * 0.25F + 0.6F};
  object.parts.push_back({std::move(handle)});
  object.category = "mug";
}

// Sections along the foot, toe at s = 0: flat below, rounded above, a collar at the heel.
Vec3 ShoeSurface(float s, float a, float width, float collar) {
  const float end =
      std::sqrt(std::max(0.0F, 1 - std::pow(std::abs(2 * s - 1), 7.0F)));  // closes toe and heel
  const float half = width * (0.34F - 0.07F * std::cos(kTurn * (s + 0.12F)) - 0.05F * s) * end;
  const auto step = [](float low, float high, float x) {
    const float t = Clamp01((x - low) / (high - low));
    return t * t * (3 - 2 * t);
  };
  const float instep = 0.3F + 0.34F * step(0.15F, 0.55F, s) + collar * step(0.5F, 0.72F, s);
  const float opening = 0.16F * step(0.62F, 0.7F, s) * (1 - step(0.86F, 0.93F, s));
  const float height = (0.12F + instep * (1 - 0.35F * (1 - end))) * (0.25F + 0.75F * end);
  const float angle = kTurn * a;
  const float c = std::cos(angle), v = -std::sin(angle);
  const auto power = [](float x, float p) { return std::copysign(std::pow(std::abs(x), p), x); };
  const float taper = 1 - 0.38F * Clamp01(v) * step(0.3F, 0.6F, s);
  const float x = half * power(c, 0.7F) * taper;
  float y = v < 0 ? 0.14F * (1 + power(v, 0.35F)) : 0.14F + (height - 0.14F) * power(v, 0.75F);
  if (v > 0.55F) y -= opening * step(0.55F, 0.9F, v);
  return {x, y, 1.6F * (0.5F - s)};
}

void AddShoe(Object& object, Random& random, float detail) {
  const float width = Draw(random, 0.95, 1.1), collar = Draw(random, 0.12, 0.3);
  Mesh upper = Loft([&](float s, float a) { return ShoeSurface(s, a, width, collar); }, Rows(72, detail),
                    Rows(96, detail));
  // The print runs over the upper lengthwise; seen from above it must not be stretched.
  for (std::size_t i = 0; i < upper.uvs.size(); ++i) {
    const Vec2 uv = upper.uvs[i];
    upper.uvs[i] = {uv.y * 0.5F, uv.x};
  }
  object.parts.push_back({std::move(upper)});
  Mesh sole = Loft(
      [&](float s, float a) {
        const float out = 1.06F;
        Vec3 p = ShoeSurface(s, 0, width, collar);
        const float c = std::cos(kTurn * a), v = std::sin(kTurn * a);
        const auto power = [](float x, float e) { return std::copysign(std::pow(std::abs(x), e), x); };
        p.x = std::abs(p.x) * out * power(c, 0.25F);
        p.y = 0.1F + 0.1F * power(-v, 0.25F);
        p.z *= 1.03F;
        return p;
      },
      Rows(72, detail), Rows(48, detail));
  ObjectPart part{std::move(sole)};
  part.tint = {0.75F, 0.74F, 0.7F};
  part.printed = false;
  object.parts.push_back(std::move(part));
  // Laces: short tubes over the instep.
  for (int i = 0; i < 5; ++i) {
    const float s = 0.34F + 0.055F * i;
    std::vector<Vec3> path;
    for (int k = 0; k <= 12; ++k) {
      Vec3 p = ShoeSurface(s, 0.64F + 0.22F * k / 12.0F, width, collar);
      p.y += 0.012F;
      p.z += 0.02F * ((i % 2 == 0) ? 1.0F : -1.0F) * (k / 12.0F - 0.5F);
      path.push_back(p);
    }
    ObjectPart lace{Tube(path, {0, 0, 1}, 0.024F, 0.016F, 10)};
    lace.tint = {0.8F, 0.8F, 0.78F};
    lace.printed = false;
    object.parts.push_back(std::move(lace));
  }
  object.category = "shoe";
}

void AddToy(Object& object, Random& random, float detail) {
  const auto blob = [&](Vec3 center, Vec3 radii, std::array<float, 4> cell) {
    object.parts.push_back({Ellipsoid(center, radii, Rows(28, detail), cell)});
  };
  const auto plain = [&](Vec3 center, Vec3 radii, Vec3 tint) {
    ObjectPart part{Ellipsoid(center, radii, Rows(16, detail))};
    part.tint = tint;
    part.printed = false;
    object.parts.push_back(std::move(part));
  };
  const float fat = Draw(random, 0.42, 0.52), ear = Draw(random, 0.12, 0.3), head = Draw(random, 0.34, 0.4);
  blob({0, 0.5F, 0}, {fat, 0.5F, 0.9F * fat}, {0, 0, 1, 0.5F});
  blob({0, 1.2F, 0.05F}, {head, head * 0.95F, head * 0.95F}, {0, 0.5F, 0.5F, 0.5F});
  for (const float side : {-1.0F, 1.0F}) {
    blob({side * 0.24F, 1.5F + 0.5F * ear, 0.02F}, {0.12F, ear + 0.06F, 0.08F}, {0.5F, 0.5F, 0.25F, 0.25F});
    blob({side * (fat + 0.06F), 0.68F, 0.12F}, {0.14F, 0.3F, 0.15F}, {0.75F, 0.5F, 0.25F, 0.25F});
    blob({side * 0.24F, 0.13F, 0.28F}, {0.18F, 0.13F, 0.3F}, {0.5F, 0.75F, 0.5F, 0.25F});
    plain({side * 0.13F, 1.27F, 0.05F + head * 0.86F}, {0.055F, 0.065F, 0.04F}, {0.02F, 0.02F, 0.02F});
  }
  plain({0, 1.14F, 0.06F + head * 0.94F}, {0.08F, 0.06F, 0.06F}, {0.3F, 0.08F, 0.08F});
  object.category = "toy figure";
}

void AddStone(Object& object, Random& random, float detail) {
  const std::uint64_t seed = random.Bits();
  const Vec3 stretch{Draw(random, 0.8, 1.2), Draw(random, 0.6, 0.8), Draw(random, 0.8, 1.1)};
  Mesh stone = Ellipsoid({0, 0, 0}, {1, 1, 1}, Rows(72, detail));
  for (Vec3& p : stone.positions) {
    const float bump = ValueNoise(2 * p.x + 9, 2 * p.y + 9, 64, seed) +
                       ValueNoise(2 * p.z + 9, 2 * p.y + 5, 64, seed + 1) +
                       0.4F * ValueNoise(5 * p.x + 20, 5 * p.z + 20, 64, seed + 2);
    p = p * stretch * (0.7F + 0.25F * bump);
    p.y = std::max(p.y, -0.4F);
  }
  ComputeNormals(stone);
  object.parts.push_back({std::move(stone)});
  object.category = "stone";
}

}  // namespace

Object MakeObject(ObjectKind kind, float radius, std::uint64_t seed, float detail, bool square) {
  Random random(seed * 17 + static_cast<std::uint64_t>(kind));
  Object object;
  switch (kind) {
    case ObjectKind::kBox: {
      Vec3 half{Draw(random, 0.45, 0.8), Draw(random, 0.45, 0.9), Draw(random, 0.3, 0.6)};
      if (square) half.z = half.x;
      object.parts.push_back({RoundedBox(half, 0.05F, Rows(24, detail))});
      object.layout = PrintLayout::kAtlas;
      object.category = "box";
      break;
    }
    case ObjectKind::kTin:
      AddTin(object, random, detail);
      break;
    case ObjectKind::kBottle:
      AddBottle(object, random, detail);
      break;
    case ObjectKind::kVase:
      AddVase(object, random, detail);
      break;
    case ObjectKind::kBowl:
      AddBowl(object, random, detail);
      break;
    case ObjectKind::kMug:
      AddMug(object, random, detail);
      break;
    case ObjectKind::kShoe:
      AddShoe(object, random, detail);
      break;
    case ObjectKind::kToy:
      AddToy(object, random, detail);
      break;
    case ObjectKind::kStone:
      AddStone(object, random, detail);
      break;
  }
  RV_CHECK(!object.parts.empty());
  std::vector<Mesh*> meshes;
  for (ObjectPart& part : object.parts) meshes.push_back(&part.mesh);
  StandOnGround(meshes, radius);
  for (const Mesh* mesh : meshes) {
    for (const Vec3& p : mesh->positions) object.height = std::max(object.height, p.y);
  }
  return object;
}

}  // namespace rv::synthetic
