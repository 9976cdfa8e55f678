// The stage: the object on its table (or turntable disc) among clutter, as one triangle soup with the light
// that falls on it baked in. World: +Y up, the table's top at y = 0, the Y axis through the object.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "tests/support/scene/object.h"
#include "tests/support/scene/room.h"

namespace rv::synthetic {

enum class FloorKind {
  kUsual,  // planks in a room, next to white in a studio
  kPlain,  // colored, hardly any texture
  kTiles,  // equal tiles
};

struct StageOptions {
  ObjectKind object = ObjectKind::kMug;
  PrintKind print = PrintKind::kLabel;
  BackgroundKind background = BackgroundKind::kRoom;
  bool glossy = false;
  bool turntable = false;  // the object stands on a disc that turns with it
  bool clutter = true;     // other things on the table (room only)
  bool shadows = true;     // false: light without occlusion, quick, for tests
  int repeat = 1;          // equal parts of the print round the object
  FloorKind floor = FloorKind::kUsual;
  float room_length = kRoomLength;  // units
  std::uint64_t seed = 1;
  std::uint64_t item_seed = 0;  // another item in the same place; 0 = `seed`
};

struct Surface {
  std::shared_ptr<const Texture> texture;  // none: tint alone
  Vec3 tint{1, 1, 1};
  float roughness = 1;
  float reflectance = 0.04F;  // at normal incidence
  bool ground = false;  // upward parts take their light from the ground map, and stretched texture filtering
};

struct StageTriangle {
  std::array<int, 3> vertices;
  int surface = 0;
  float texels_per_unit = 0;  // of the texture, on this triangle
};

// Light arriving at the ground (table and disc), for each baked turn of the object: irradiance / pi.
struct GroundLight {
  int size = 0;
  float reach = 0;  // covers [-reach, reach]^2 in x, z
  std::vector<std::vector<Vec3>> maps;
  Vec3 open;  // beyond the map
  Vec3 Sample(const Vec3& position, float turn_share) const;
};

struct Stage {
  std::vector<Vec3> positions, normals;  // at turn 0
  std::vector<Vec2> uvs;
  // light[k][v]: irradiance / pi at vertex v with the object turned by k / light.size() of a turn; vertices
  // that do not turn use light[0].
  std::vector<std::vector<Vec3>> light;
  int turning_vertices = 0;  // the first ones turn with the object
  std::vector<StageTriangle> triangles;
  std::vector<Surface> surfaces;
  int object_surfaces = 0;  // the first ones are the object's
  int table_surface = 0;
  float table_reach = 0;  // radius of the table's top round the Y axis
  Room room;
  Reflections reflections;
  GroundLight ground;
  float exposure = 1;  // white paper on the table comes out at 0.85
  Vec3 subject;        // the object's center: half its height, on the axis
  Object object;       // without its meshes
  Print print;         // without its texture
};

constexpr float kObjectRadius = 0.9F;

Stage BuildStage(const StageOptions& options, int threads);

}  // namespace rv::synthetic
