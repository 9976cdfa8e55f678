// What is shown behind the item: what was captured, one color, or nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "scene/image.h"

namespace rv {

struct Background {
  enum class Kind { kKeep, kColor, kTransparent };
  Kind kind = Kind::kKeep;
  std::array<std::uint8_t, 3> rgb{255, 255, 255};  // sRGB, of kColor
  bool replaces() const { return kind != Kind::kKeep; }
};

// "keep", "white", "transparent" or "#rrggbb".
std::optional<Background> ParseBackground(std::string_view text);

// `picture` (3 channels) over the background by its matte (1 channel, of its size, 255 = the item). 4 channels with
// straight alpha for kTransparent, else 3; kKeep gives the picture itself. Along the outline the item has the colors
// next to it, without those of the old background (Smith, Blinn, "Blue screen matting", SIGGRAPH 1996, say why).
Image OverBackground(const Image& picture, const Image& matte, const Background& background);

}  // namespace rv
