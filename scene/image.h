// Pictures as values: decoded pixels, and the encoded bytes that are kept between stages to bound memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace rv {

// 8-bit pixels, row-major, interleaved, no padding: size width * height * channels. channels: 1 = gray or
// mask, 3 = sRGB in the order R, G, B, 4 = sRGB + straight alpha.
struct Image {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<std::uint8_t> pixels;

  static Image Make(int width, int height, int channels, std::uint8_t value = 0);
  bool empty() const { return pixels.empty(); }
  std::uint8_t* at(int x, int y) { return &pixels[(static_cast<std::size_t>(y) * width + x) * channels]; }
  const std::uint8_t* at(int x, int y) const {
    return &pixels[(static_cast<std::size_t>(y) * width + x) * channels];
  }
  friend bool operator==(const Image&, const Image&) = default;
};

// 16-bit single-channel raster, row-major, size width * height; used for depth.
struct Raster16 {
  int width = 0;
  int height = 0;
  std::vector<std::uint16_t> pixels;
  friend bool operator==(const Raster16&, const Raster16&) = default;
};

// A picture file in memory. `width` and `height` are those of the decoded, upright picture.
struct EncodedImage {
  std::string format;  // "jpeg", "png" or "webp"
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> bytes;
  bool empty() const { return bytes.empty(); }
  friend bool operator==(const EncodedImage&, const EncodedImage&) = default;
};

// JPEG, quality 1..100; chroma as the build of OpenCV has it (4:2:0 before 4.7). Gray images stay gray.
EncodedImage EncodeJpeg(const Image& image, int quality);
// Lossless PNG of 1, 3 or 4 channels.
EncodedImage EncodePng(const Image& image);
EncodedImage EncodePng16(const Raster16& raster);
// Lossy WebP of 3 or 4 channels; quality 1..100.
EncodedImage EncodeWebp(const Image& image, int quality);

// Decodes to `channels` (1 or 3). Orientation metadata is ignored: stored pictures are upright already.
// Fails with kCorrupt when the bytes do not decode or the size differs from width x height.
Result<Image> Decode(const EncodedImage& encoded, int channels);
// As Decode, but no side longer than `max_side` px (area-averaged; at least 1 px). JPEG is decoded directly
// at 1/2, 1/4 or 1/8 scale where that is still larger than asked for.
Result<Image> DecodeScaled(const EncodedImage& encoded, int channels, int max_side);
Result<Raster16> DecodePng16(const EncodedImage& encoded);

// Area-averaged when shrinking, bicubic when enlarging.
Image Resize(const Image& image, int width, int height);

}  // namespace rv
