#include "capture/still/still.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "capture/pixels/alpha.h"

namespace rv::still {
namespace {

std::span<const std::uint8_t> Head(std::span<const std::uint8_t> bytes) {
  return bytes.first(std::min(bytes.size(), input::kSniffBytes));
}

tl::unexpected<Error> NotRead(input::FileKind kind) {
  if (kind == input::FileKind::kEmpty)
    return Fail(ErrorCode::kCorrupt, "the file is empty (0 bytes)", "copy it from the phone again");
  const bool known = kind != input::FileKind::kUnknown;
  return Fail(ErrorCode::kUnsupported,
              known ? Text("a ", input::FileKindName(kind),
                           " is not read as a photo (JPEG, PNG, WebP, HEIC, TIFF are)")
                    : "not a picture",
              "export it as JPEG");
}

Result<StillSize> SizeOf(input::FileKind kind, std::span<const std::uint8_t> bytes) {
  switch (kind) {
    case input::FileKind::kJpeg:
      return JpegSize(bytes);
    case input::FileKind::kPng:
      return PngSize(bytes);
    case input::FileKind::kWebp:
      return WebpSize(bytes);
    case input::FileKind::kTiff:
      return TiffSize(bytes);
    case input::FileKind::kHeif:
      return HeifSize(bytes);
    default:
      return NotRead(kind);
  }
}

Result<RawStill> DecodeRaw(input::FileKind kind, std::span<const std::uint8_t> bytes) {
  switch (kind) {
    case input::FileKind::kJpeg:
      return DecodeJpegStill(bytes);
    case input::FileKind::kPng:
      return DecodePngStill(bytes);
    case input::FileKind::kWebp:
      return DecodeWebpStill(bytes);
    case input::FileKind::kTiff:
      return DecodeTiffStill(bytes);
    case input::FileKind::kHeif:
      return DecodeHeifStill(bytes);
    default:
      return NotRead(kind);
  }
}

}  // namespace

Result<StillSize> ProbeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits) {
  const Result<StillSize> size = SizeOf(input::Sniff(Head(bytes)), bytes);
  if (!size) return Forward(size);
  const auto pixels = static_cast<std::uint64_t>(size->width) * static_cast<std::uint64_t>(size->height);
  if (size->width <= 0 || size->height <= 0)
    return Fail(ErrorCode::kCorrupt, "the picture has no size", "export it again");
  if (pixels > limits.max_pixels || std::max(size->width, size->height) > limits.max_side)
    return Fail(ErrorCode::kUnsupported,
                Text("the picture has ", size->width, " x ", size->height, " pixels, more than the limit of ",
                     limits.max_pixels / 1'000'000, " megapixels"),
                "make it smaller");
  return size;
}

Result<Still> DecodeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits) {
  if (const Result<StillSize> size = ProbeStill(bytes, limits); !size) return Forward(size);
  Result<RawStill> raw = DecodeRaw(input::Sniff(Head(bytes)), bytes);
  if (!raw) return Forward(raw);
  Still still{.remarks = std::move(raw->remarks)};
  still.metadata = ReadExif(raw->exif, raw->pixels.width, raw->pixels.height);
  Image alpha = pixels::TakeAlpha(raw->pixels);
  ProfileToSrgb(raw->icc, raw->pixels);
  pixels::CompositeOnWhite(raw->pixels, alpha);
  const int orientation = raw->upright ? 1 : still.metadata.orientation;
  still.rgb = orientation == 1 ? std::move(raw->pixels) : ApplyOrientation(raw->pixels, orientation);
  if (!alpha.empty()) still.matte = ApplyOrientation(alpha, orientation);
  return still;
}

Image ApplyOrientation(const Image& image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const std::ptrdiff_t n = image.channels;
  const std::ptrdiff_t row = n * image.width;
  const std::ptrdiff_t right = n * (image.width - 1);
  const std::ptrdiff_t bottom = row * (image.height - 1);
  // Where the upright picture's first pixel is stored, and the way to the next one along x and along y: EXIF
  // 2.32, tag 0x0112.
  struct Walk {
    std::ptrdiff_t first, along_x, along_y;
  };
  const std::array<Walk, 9> walks = {{{},
                                      {},
                                      {right, -n, row},
                                      {right + bottom, -n, -row},
                                      {bottom, n, -row},
                                      {0, row, n},
                                      {bottom, -row, n},
                                      {right + bottom, -row, -n},
                                      {right, row, -n}}};
  const Walk walk = walks[orientation];
  const bool swap = orientation >= 5;
  Image out =
      Image::Make(swap ? image.height : image.width, swap ? image.width : image.height, image.channels);
  // In tiles, so that columns of the stored picture stay in the cache.
  constexpr int kTile = 64;
  const std::uint8_t* stored = image.pixels.data();
  for (int top = 0; top < out.height; top += kTile)
    for (int left = 0; left < out.width; left += kTile)
      for (int y = top; y < std::min(top + kTile, out.height); ++y) {
        const std::uint8_t* from = stored + walk.first + walk.along_y * y + walk.along_x * left;
        std::uint8_t* to = out.at(left, y);
        for (int x = left; x < std::min(left + kTile, out.width); ++x, from += walk.along_x)
          for (int c = 0; c < n; ++c) *to++ = from[c];
      }
  return out;
}

}  // namespace rv::still
