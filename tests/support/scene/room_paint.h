// The pictures on a room's six walls (+X, -X, +Y ceiling, -Y floor, +Z, -Z) and the table's wood.
#pragma once

#include <cstdint>

#include "tests/support/scene/texture.h"

namespace rv::synthetic {

Texture PaintRoomWall(int wall, std::uint64_t seed);
Texture PaintStudioWall(int wall, std::uint64_t seed);
// Planks of wood, 2048 x 2048 texels, periodic.
Texture PaintTable(std::uint64_t seed);
// Nearly white, hardly any texture.
Texture PaintPlainTable(std::uint64_t seed);
// An even colored ground with hardly any texture.
Texture PaintPlainFloor(std::uint64_t seed);
// Four by four equal tiles with dark joints, periodic: looks the same from tile to tile.
Texture PaintTiles(std::uint64_t seed);
// The top of a turntable: a plain disc with faint rings.
Texture PaintDisc(std::uint64_t seed);

}  // namespace rv::synthetic
