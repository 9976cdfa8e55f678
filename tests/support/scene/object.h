// The objects that are filmed: procedural meshes, several variants of each kind by seed, standing on y = 0.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/scene/mesh.h"
#include "tests/support/scene/print.h"

namespace rv::synthetic {

enum class ObjectKind { kBox, kTin, kBottle, kVase, kBowl, kMug, kShoe, kToy, kStone };

struct ObjectPart {
  Mesh mesh;
  Vec3 tint{1, 1, 1};   // multiplies the print
  bool printed = true;  // false: `tint` alone
};

struct Object {
  std::vector<ObjectPart> parts;
  PrintLayout layout = PrintLayout::kWrap;
  std::string category;  // "box", "tin", "bottle", ...
  float height = 0;      // above the ground
};

// `radius` is that of the bounding sphere; `detail` scales the number of triangles' rows.
// `square`: a box with equal sides, so that it looks alike from four sides.
Object MakeObject(ObjectKind kind, float radius, std::uint64_t seed, float detail = 1, bool square = false);

}  // namespace rv::synthetic
