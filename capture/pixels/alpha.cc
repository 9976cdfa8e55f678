#include "capture/pixels/alpha.h"

#include <utility>

namespace rv::pixels {

Image TakeAlpha(Image& pixels) {
  if (pixels.channels != 4) return {};
  const std::size_t count = static_cast<std::size_t>(pixels.width) * pixels.height;
  Image alpha = Image::Make(pixels.width, pixels.height, 1);
  Image rgb = Image::Make(pixels.width, pixels.height, 3);
  bool opaque = true;
  for (std::size_t i = 0; i < count; ++i) {
    alpha.pixels[i] = pixels.pixels[i * 4 + 3];
    opaque = opaque && alpha.pixels[i] == 255;
    for (int c = 0; c < 3; ++c) rgb.pixels[i * 3 + c] = pixels.pixels[i * 4 + c];
  }
  pixels = std::move(rgb);
  return opaque ? Image{} : alpha;
}

void CompositeOnWhite(Image& rgb, const Image& alpha) {
  for (std::size_t i = 0; i < alpha.pixels.size(); ++i)
    for (int c = 0; c < 3; ++c) {
      std::uint8_t& value = rgb.pixels[i * 3 + c];
      value =
          static_cast<std::uint8_t>((value * alpha.pixels[i] + 255 * (255 - alpha.pixels[i]) + 127) / 255);
    }
}

}  // namespace rv::pixels
