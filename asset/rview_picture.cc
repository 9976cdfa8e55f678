#include "asset/rview_picture.h"

#include <webp/decode.h>

#include <algorithm>
#include <array>

#include "base/byte_io.h"

namespace rv::asset {
namespace {

using FileBytes = std::span<const std::uint8_t>;

std::optional<PictureSize> PngSize(FileBytes bytes) {
  constexpr std::array<std::uint8_t, 16> kStart = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n',
                                                   0,    0,   0,   13,  'I',  'H',  'D',  'R'};
  if (bytes.size() < 24 || !std::equal(kStart.begin(), kStart.end(), bytes.begin())) return std::nullopt;
  const std::uint64_t width = BigEndianAt(bytes, 16, 4);
  const std::uint64_t height = BigEndianAt(bytes, 20, 4);
  if (width > INT32_MAX || height > INT32_MAX) return std::nullopt;
  return PictureSize{static_cast<int>(width), static_cast<int>(height)};
}

// Markers that carry a frame header: SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
bool IsFrameHeader(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

std::optional<PictureSize> JpegSize(FileBytes bytes) {
  if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) return std::nullopt;
  std::size_t at = 2;
  while (at + 9 <= bytes.size() && bytes[at] == 0xFF) {
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (IsFrameHeader(marker))
      return PictureSize{static_cast<int>(BigEndianAt(bytes, at + 7, 2)),
                         static_cast<int>(BigEndianAt(bytes, at + 5, 2))};
    if (marker == 0xDA || marker == 0xD9) return std::nullopt;  // image data before any size
    at += 2 + std::max<std::size_t>(2, BigEndianAt(bytes, at + 2, 2));
  }
  return std::nullopt;
}

std::optional<PictureSize> WebpSize(FileBytes bytes) {
  PictureSize size;
  if (WebPGetInfo(bytes.data(), bytes.size(), &size.width, &size.height) == 0) return std::nullopt;
  return size;
}

}  // namespace

std::optional<PictureSize> ReadPictureSize(FileBytes bytes, std::string_view format) {
  if (format == "jpeg") return JpegSize(bytes);
  if (format == "png") return PngSize(bytes);
  if (format == "webp") return WebpSize(bytes);
  return std::nullopt;
}

}  // namespace rv::asset
