// What is printed on an object: procedural surface pictures, each different for each seed.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/scene/texture.h"

namespace rv::synthetic {

enum class PrintKind {
  kLabel,
  kFloral,
  kWood,
  kTerrazzo,
  kPatchwork,
  kChecks,
  kStripes,
  kPlain,
  kLeather,
  kPlaster
};

// How the surface lies in the texture (2048 x 1024 texels; 256 x 128 for kPlain).
enum class PrintLayout {
  kWrap,   // u once round the object, periodic in both axes
  kAtlas,  // 3 x 2 cells, one for each face of a box
};

struct Print {
  Texture texture;
  std::string color;  // name of the ground color: "red", "blue", "white", ...
  // "label", "floral", "wood grain", "terrazzo", "patchwork", "checked", "striped", "plain", "grained", "rough"
  std::string pattern;
};

// `repeat`: 1, 2 or 4 equal parts round the object (kAtlas: 2 = opposite faces alike, 4 = all sides alike).
Print MakePrint(PrintKind kind, PrintLayout layout, std::uint64_t seed, int repeat = 1);

}  // namespace rv::synthetic
