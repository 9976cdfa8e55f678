// The size of a picture file from its header, so that what a decoder will allocate is known before it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rv::asset {

struct PictureSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

// `format` is "jpeg" (ITU T.81), "png" (ISO 15948) or "webp" (RFC 9649). Empty when the bytes are of another
// format or end before the size.
std::optional<PictureSize> ReadPictureSize(std::span<const std::uint8_t> bytes, std::string_view format);

}  // namespace rv::asset
