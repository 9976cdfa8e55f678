#include <webp/decode.h>
#include <webp/mux.h>

#include "capture/still/still.h"

namespace rv::still {
namespace {

tl::unexpected<Error> BadWebp(const std::string& why) {
  return Fail(ErrorCode::kCorrupt, "the WebP does not decode: " + why, "export the picture again");
}

std::vector<std::uint8_t> Chunk(WebPMux* mux, const char* name) {
  WebPData data{};
  if (WebPMuxGetChunk(mux, name, &data) != WEBP_MUX_OK || data.bytes == nullptr) return {};
  return {data.bytes, data.bytes + data.size};
}

void ReadChunks(std::span<const std::uint8_t> bytes, RawStill& still) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPMux* mux = WebPMuxCreate(&data, 0);
  if (mux == nullptr) return;
  still.icc = Chunk(mux, "ICCP");
  still.exif = Chunk(mux, "EXIF");
  WebPMuxDelete(mux);
}

}  // namespace

Result<StillSize> WebpSize(std::span<const std::uint8_t> bytes) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) return BadWebp("bad header");
  if (features.has_animation != 0)
    return Fail(ErrorCode::kUnsupported, "an animated WebP is not a photo",
                "give its frames as photos or a clip");
  return StillSize{features.width, features.height};
}

Result<RawStill> DecodeWebpStill(std::span<const std::uint8_t> bytes) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) return BadWebp("bad header");
  const int channels = features.has_alpha != 0 ? 4 : 3;
  RawStill still{.pixels = Image::Make(features.width, features.height, channels)};
  Image& out = still.pixels;
  const int stride = out.width * channels;
  const auto* decoded =
      channels == 4
          ? WebPDecodeRGBAInto(bytes.data(), bytes.size(), out.pixels.data(), out.pixels.size(), stride)
          : WebPDecodeRGBInto(bytes.data(), bytes.size(), out.pixels.data(), out.pixels.size(), stride);
  if (decoded == nullptr) return BadWebp("damaged or cut off");
  ReadChunks(bytes, still);
  return still;
}

}  // namespace rv::still
