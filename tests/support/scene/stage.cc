#include "tests/support/scene/stage.h"

#include <algorithm>
#include <numbers>

#include "base/parallel.h"
#include "tests/support/scene/bvh.h"
#include "tests/support/scene/light.h"
#include "tests/support/scene/noise.h"
#include "tests/support/scene/room_paint.h"

namespace rv::synthetic {
namespace {

constexpr float kDiscHeight = 0.14F, kDiscRadius = 1.45F;
constexpr float kTableRadius = 6.2F;

std::shared_ptr<const Texture> Share(Texture texture) {
  return std::make_shared<const Texture>(std::move(texture));
}

void AddMesh(Stage& stage, const Mesh& mesh, const Surface& surface) {
  const int base = static_cast<int>(stage.positions.size());
  const int id = static_cast<int>(stage.surfaces.size());
  stage.surfaces.push_back(surface);
  stage.positions.insert(stage.positions.end(), mesh.positions.begin(), mesh.positions.end());
  stage.normals.insert(stage.normals.end(), mesh.normals.begin(), mesh.normals.end());
  stage.uvs.insert(stage.uvs.end(), mesh.uvs.begin(), mesh.uvs.end());
  for (const auto& t : mesh.triangles) {
    StageTriangle triangle{{t[0] + base, t[1] + base, t[2] + base}, id, 0};
    if (surface.texture) {
      const Vec3 &a = mesh.positions[t[0]], &b = mesh.positions[t[1]], &c = mesh.positions[t[2]];
      const Vec2 &p = mesh.uvs[t[0]], &q = mesh.uvs[t[1]], &r = mesh.uvs[t[2]];
      const float area = Norm(Cross(b - a, c - a));
      const float uv_area = std::abs((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
      const float texels = uv_area * surface.texture->width() * surface.texture->height();
      triangle.texels_per_unit = std::sqrt(texels / std::max(1e-12F, area));
    }
    stage.triangles.push_back(triangle);
  }
}

void Move(Mesh& mesh, const Vec3& by, float turn = 0) {
  for (Vec3& p : mesh.positions) p = TurnY(p, std::cos(turn), std::sin(turn)) + by;
  for (Vec3& n : mesh.normals) n = TurnY(n, std::cos(turn), std::sin(turn));
}

// Texture coordinates from above, `size` units a texture.
void MapFromAbove(Mesh& mesh, float size) {
  for (std::size_t i = 0; i < mesh.uvs.size(); ++i) {
    mesh.uvs[i] = {mesh.positions[i].x / size + 0.5F, mesh.positions[i].z / size + 0.5F};
  }
}

Mesh Slab(float radius, float top, float thickness) {
  constexpr int kCorners = 128;
  const float bevel = 0.03F;
  Mesh slab = Lathe({{0, top - thickness},
                     {radius - bevel, top - thickness},
                     {radius, top - thickness + bevel},
                     {radius, top - bevel},
                     {radius - bevel, top}},
                    kCorners, 1);
  slab.Append(Disc(radius - bevel, top, kCorners));  // flat: its normals stay up to the rim
  return slab;
}

void AddObject(Stage& stage, const StageOptions& options) {
  const std::uint64_t seed = options.item_seed != 0 ? options.item_seed : options.seed;
  stage.object = MakeObject(options.object, kObjectRadius, seed, 1, options.repeat == 4);
  stage.print = MakePrint(options.print, stage.object.layout, seed, options.repeat);
  const auto print = Share(std::move(stage.print.texture));
  stage.print.texture = {};
  const float base = options.turntable ? kDiscHeight : 0;
  for (ObjectPart& part : stage.object.parts) {
    Move(part.mesh, {0, base, 0});
    Surface surface{part.printed ? print : nullptr, part.tint, options.glossy ? 0.06F : 0.95F,
                    options.glossy ? 0.05F : 0.025F};
    AddMesh(stage, part.mesh, surface);
  }
  stage.object.parts.clear();
  stage.object_surfaces = static_cast<int>(stage.surfaces.size());
  stage.subject = {0, base + 0.5F * stage.object.height, 0};
  if (options.turntable) {
    Mesh disc = Slab(kDiscRadius, kDiscHeight, kDiscHeight);
    MapFromAbove(disc, 2 * kDiscRadius);
    AddMesh(stage, disc, {Share(PaintDisc(options.seed)), {1, 1, 1}, 0.6F, 0.03F, true});
  }
  stage.turning_vertices = static_cast<int>(stage.positions.size());
}

Texture PaintFloor(const StageOptions& options) {
  if (options.floor == FloorKind::kPlain) return PaintPlainFloor(options.seed);
  if (options.floor == FloorKind::kTiles) return PaintTiles(options.seed);
  return options.background == BackgroundKind::kRoom ? PaintTable(options.seed)
                                                     : PaintPlainTable(options.seed);
}

void AddGround(Stage& stage, const StageOptions& options) {
  const bool room = options.background == BackgroundKind::kRoom;
  Mesh table = room ? Slab(kTableRadius, 0, 0.35F) : RoundedBox({17.9F, 0.2F, 14.9F}, 0.01F, 4);
  if (!room) Move(table, {0, -0.2F, 0});
  if (room) Move(table, {0, 0, 0.8F});
  MapFromAbove(table, 5.0F);
  Surface wood{Share(PaintFloor(options)), {1, 1, 1}, room ? 0.55F : 1.0F, room ? 0.03F : 0.0F, true};
  stage.table_surface = static_cast<int>(stage.surfaces.size());
  stage.table_reach = room ? kTableRadius : 15.0F;
  AddMesh(stage, table, wood);
}

// Things that stand about on the table, away from the object.
void AddClutter(Stage& stage, const StageOptions& options) {
  Random random(options.seed * 131 + 5);
  const std::array<PrintKind, 4> prints{PrintKind::kLabel, PrintKind::kFloral, PrintKind::kStripes,
                                        PrintKind::kTerrazzo};
  const std::array<ObjectKind, 5> kinds{ObjectKind::kBox, ObjectKind::kTin, ObjectKind::kBowl,
                                        ObjectKind::kBottle, ObjectKind::kStone};
  float angle = static_cast<float>(random.Uniform(0, 6.28));
  for (int i = 0; i < 5; ++i) {
    const float radius = static_cast<float>(random.Uniform(0.5, 0.85)),
                away = static_cast<float>(random.Uniform(3.0, 4.0));
    Object thing = MakeObject(kinds[random.Index(kinds.size())], radius, options.seed * 7 + i + 100, 0.45F);
    const auto print =
        Share(MakePrint(prints[random.Index(prints.size())], thing.layout, options.seed * 3 + i).texture);
    const float turn = static_cast<float>(random.Uniform(0, 6.28));
    for (ObjectPart& part : thing.parts) {
      Move(part.mesh, {away * std::sin(angle), 0, away * std::cos(angle)}, turn);
      AddMesh(stage, part.mesh, {part.printed ? print : nullptr, part.tint, 0.7F, 0.04F});
    }
    angle += static_cast<float>(random.Uniform(0.9, 1.5));
  }
}

// Everything that casts shadows, apart for what turns and what does not.
struct Blockers {
  Bvh turning, still;
};

Blockers MakeBlockers(const Stage& stage) {
  std::vector<std::array<int, 3>> turning, still;
  for (const StageTriangle& t : stage.triangles) {
    if (t.surface == stage.table_surface) continue;  // a plane: LightQuestion knows it
    (t.vertices[0] < stage.turning_vertices ? turning : still).push_back(t.vertices);
  }
  return {Bvh(stage.positions, turning), Bvh(stage.positions, still)};
}

LightQuestion Question(const Stage& stage, const Blockers* blockers, float turn) {
  LightQuestion question;
  question.bounce = stage.ground.open * 0.22F;
  if (blockers == nullptr) return question;
  const float c = std::cos(turn), s = std::sin(turn);
  const float table2 = stage.table_reach * stage.table_reach;
  question.blocked = [blockers, c, s, table2](const Vec3& origin, const Vec3& direction, float reach) {
    if (direction.y < 0 && origin.y > 0) {
      const Vec3 p = origin + direction * (-origin.y / direction.y);
      if (p.x * p.x + p.z * p.z < table2) return true;
    }
    return blockers->still.Hits(origin, direction, reach) ||
           blockers->turning.Hits(TurnY(origin, c, -s), TurnY(direction, c, -s), reach);
  };
  return question;
}

void BakeVertices(Stage& stage, const Blockers* blockers, int turns, int threads) {
  stage.light.assign(turns, {});
  for (int k = 0; k < turns; ++k) {
    const float turn = 2 * std::numbers::pi_v<float> * k / turns, c = std::cos(turn), s = std::sin(turn);
    const std::size_t count = k == 0 ? stage.positions.size() : stage.turning_vertices;
    stage.light[k].resize(count);
    ParallelFor((count + 255) / 256, threads, [&](std::size_t chunk) {
      LightQuestion question = Question(stage, blockers, turn);
      for (std::size_t v = chunk * 256; v < std::min(count, chunk * 256 + 256); ++v) {
        const bool turns_too = static_cast<int>(v) < stage.turning_vertices;
        question.position = turns_too ? TurnY(stage.positions[v], c, s) : stage.positions[v];
        question.normal = turns_too ? TurnY(stage.normals[v], c, s) : stage.normals[v];
        question.spread = turns_too && turns == 1 ? 4 : 3;
        stage.light[k][v] = ArrivingLight(question, stage.room, stage.reflections);
      }
    });
  }
}

std::vector<Vec3> Smoothed(const std::vector<Vec3>& map, int size) {
  std::vector<Vec3> out(map.size());
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      Vec3 sum;
      float weights = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int sx = std::clamp(x + dx, 0, size - 1), sy = std::clamp(y + dy, 0, size - 1);
          const float w = (2.0F - std::abs(dx)) * (2.0F - std::abs(dy));
          sum += map[sy * size + sx] * w;
          weights += w;
        }
      }
      out[y * size + x] = sum * (1 / weights);
    }
  }
  return out;
}

void BakeGround(Stage& stage, const Blockers* blockers, const StageOptions& options, int turns, int threads) {
  GroundLight& ground = stage.ground;
  if (blockers == nullptr) return;
  ground.size = turns > 1 ? 80 : 176;
  ground.reach = turns > 1 ? 2.6F : 5.5F;
  for (int k = 0; k < turns; ++k) {
    const float turn = 2 * std::numbers::pi_v<float> * k / turns;
    std::vector<Vec3> map(static_cast<std::size_t>(ground.size) * ground.size);
    ParallelFor(ground.size, threads, [&](std::size_t row) {
      LightQuestion question = Question(stage, blockers, turn);
      question.normal = {0, 1, 0};
      for (int x = 0; x < ground.size; ++x) {
        const float px = ((x + 0.5F) / ground.size * 2 - 1) * ground.reach;
        const float pz = ((row + 0.5F) / ground.size * 2 - 1) * ground.reach;
        const bool on_disc = options.turntable && px * px + pz * pz < kDiscRadius * kDiscRadius;
        question.position = {px, on_disc ? kDiscHeight : 0, pz};
        const std::uint64_t h = Random::Mix(row * 4099 + x);
        question.jitter_u = static_cast<float>(h & 1023) / 1024;
        question.jitter_v = static_cast<float>((h >> 10) & 1023) / 1024;
        question.spread = 3;
        map[row * ground.size + x] = ArrivingLight(question, stage.room, stage.reflections);
      }
    });
    ground.maps.push_back(Smoothed(Smoothed(map, ground.size), ground.size));
  }
}

}  // namespace

Vec3 GroundLight::Sample(const Vec3& position, float turn_share) const {
  const float x = (position.x / reach + 1) * 0.5F * size - 0.5F,
              y = (position.z / reach + 1) * 0.5F * size - 0.5F;
  if (maps.empty() || x < 0 || y < 0 || x >= size - 1 || y >= size - 1) return open;
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y), at = y0 * size + x0;
  const auto look = [&](const std::vector<Vec3>& map) {
    return Lerp(Lerp(map[at], map[at + 1], x - x0), Lerp(map[at + size], map[at + size + 1], x - x0), y - y0);
  };
  if (maps.size() == 1) return look(maps[0]);
  const float k = turn_share * maps.size();
  const int k0 = static_cast<int>(k) % static_cast<int>(maps.size());
  const Vec3 light = Lerp(look(maps[k0]), look(maps[(k0 + 1) % maps.size()]), k - std::floor(k));
  // The smaller maps of a turntable end where there is still some shade: no edge may show.
  const float inside = 1 - std::max(std::abs(position.x), std::abs(position.z)) / reach;
  return Lerp(open, light, Clamp01(inside / 0.25F));
}

Stage BuildStage(const StageOptions& options, int threads) {
  Stage stage;
  stage.room = Room(options.background, options.seed, options.room_length);
  AddObject(stage, options);
  AddGround(stage, options);
  if (options.clutter && options.background == BackgroundKind::kRoom) AddClutter(stage, options);
  // Light on the open table first, in a room whose lower half is the room alone; then with the table's own
  // light.
  const Vec3 at = stage.subject;
  stage.reflections = Reflections(stage.room, at, {0.3F, 0.25F, 0.2F}, kTableRadius);
  LightQuestion open;
  open.normal = {0, 1, 0};
  open.spread = 8;
  stage.ground.open = ArrivingLight(open, stage.room, stage.reflections);
  const Vec3 albedo = stage.surfaces[stage.table_surface].texture->Average();
  stage.reflections = Reflections(stage.room, at, albedo * stage.ground.open * 0.85F, stage.table_reach);
  stage.exposure = 0.85F / Mean(stage.ground.open);
  const int turns = options.turntable && options.shadows ? 16 : 1;
  Blockers blockers;
  if (options.shadows) blockers = MakeBlockers(stage);
  const Blockers* used = options.shadows ? &blockers : nullptr;
  BakeVertices(stage, used, turns, threads);
  BakeGround(stage, used, options, turns, threads);
  return stage;
}

}  // namespace rv::synthetic
