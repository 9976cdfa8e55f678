#include <png.h>

#include <cstring>

#include "base/byte_io.h"
#include "base/text.h"
#include "capture/still/still.h"

namespace rv::still {
namespace {

// The body of the first chunk of that name; empty when there is none before the data ends.
std::span<const std::uint8_t> FindChunk(std::span<const std::uint8_t> bytes, const char* name) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::uint64_t size = BigEndianAt(bytes, at, 4);
    if (size > bytes.size() - at - 12) break;
    if (std::memcmp(bytes.data() + at + 4, name, 4) == 0) return bytes.subspan(at + 8, size);
    at += 12 + size;
  }
  return {};
}

struct PngReader {
  png_image image{};
  PngReader() { image.version = PNG_IMAGE_VERSION; }
  ~PngReader() { png_image_free(&image); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
};

tl::unexpected<Error> BadPng(const png_image& image) {
  return Fail(ErrorCode::kCorrupt, Text("the PNG does not decode: ", image.message),
              "export the picture again");
}

}  // namespace

Result<StillSize> PngSize(std::span<const std::uint8_t> bytes) {
  const std::span<const std::uint8_t> header = FindChunk(bytes, "IHDR");
  if (header.size() < 13)
    return Fail(ErrorCode::kCorrupt, "the PNG has no header", "export the picture again");
  const std::uint64_t width = BigEndianAt(header, 0, 4);
  const std::uint64_t height = BigEndianAt(header, 4, 4);
  if (width == 0 || height == 0 || width > 0x7FFFFFFF || height > 0x7FFFFFFF)
    return Fail(ErrorCode::kCorrupt, "the PNG has no size", "export the picture again");
  return StillSize{static_cast<int>(width), static_cast<int>(height)};
}

Result<RawStill> DecodePngStill(std::span<const std::uint8_t> bytes) {
  PngReader reader;
  png_image& image = reader.image;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return BadPng(image);
  // Without this the simplified reader takes 16-bit samples for linear light; photos are not.
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  const bool alpha = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  image.format = alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  RawStill still;
  still.pixels = Image::Make(static_cast<int>(image.width), static_cast<int>(image.height), alpha ? 4 : 3);
  if (png_image_finish_read(&image, nullptr, still.pixels.pixels.data(), 0, nullptr) == 0)
    return BadPng(image);
  const std::span<const std::uint8_t> exif = FindChunk(bytes, "eXIf");
  still.exif.assign(exif.begin(), exif.end());
  return still;
}

}  // namespace rv::still
