// Encoders of the decoding process: libjpeg and libpng directly, since nothing in that process may use a
// library that keeps a thread pool of the parent (OpenCV).
#pragma once

#include <cstdint>

#include "scene/image.h"

namespace rv::pixels {

// Quality for a sweep of that many pixels in all its pictures, so that the pictures together stay within
// about 450 MB: 95 up to 1.1 gigapixels (120 frames of 4K), down to 75 for thousands of large photos.
int JpegQualityFor(std::uint64_t total_pixels);

// 1 or 3 channels. Throws std::runtime_error when the encoder fails.
EncodedImage WriteJpeg(const Image& image, int quality);
// 1 channel.
EncodedImage WritePng(const Image& image);

// Bytes of the header's picture type, for checking in the parent what came through the pipe.
bool LooksLikeJpeg(const std::vector<std::uint8_t>& bytes);

}  // namespace rv::pixels
