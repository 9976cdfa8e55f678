#include "reconstruct/features/work_image.h"

#include <algorithm>
#include <cmath>

namespace rv::features {
namespace {

Image HalfSize(const Image& image) {
  const int width = std::max(1, image.width / 2);
  const int height = std::max(1, image.height / 2);
  Image half = Image::Make(width, height, 1);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* a = image.at(0, std::min(2 * y, image.height - 1));
    const std::uint8_t* b = image.at(0, std::min(2 * y + 1, image.height - 1));
    std::uint8_t* out = half.at(0, y);
    for (int x = 0; x < width; ++x) {
      const int x0 = std::min(2 * x, image.width - 1);
      const int x1 = std::min(2 * x + 1, image.width - 1);
      out[x] = static_cast<std::uint8_t>((a[x0] + a[x1] + b[x0] + b[x1] + 2) / 4);
    }
  }
  return half;
}

}  // namespace

WorkSize WorkSizeOf(const EncodedImage& image, int work_side_px) {
  const int side = std::max(image.width, image.height);
  if (side <= work_side_px) return {image.width, image.height};
  const double scale = static_cast<double>(work_side_px) / side;
  return {std::max(1, static_cast<int>(std::lround(image.width * scale))),
          std::max(1, static_cast<int>(std::lround(image.height * scale)))};
}

Result<Image> DecodeWorkImage(const EncodedImage& image, int work_side_px) {
  return DecodeScaled(image, 1, work_side_px);
}

GrayPyramid BuildPyramid(Image gray, int levels) {
  GrayPyramid pyramid;
  pyramid.levels.push_back(std::move(gray));
  while (static_cast<int>(pyramid.levels.size()) < levels &&
         std::min(pyramid.levels.back().width, pyramid.levels.back().height) >= 32) {
    pyramid.levels.push_back(HalfSize(pyramid.levels.back()));
  }
  return pyramid;
}

}  // namespace rv::features
