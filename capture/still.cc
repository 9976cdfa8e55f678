#include "capture/still.h"

#include <algorithm>
#include <array>

namespace rv::internal {
namespace {

std::span<const std::uint8_t> Head(std::span<const std::uint8_t> bytes) {
  return bytes.first(std::min(bytes.size(), kSniffBytes));
}

tl::unexpected<Error> NotRead(FileKind kind) {
  if (kind == FileKind::kEmpty)
    return Fail(ErrorCode::kCorrupt, "the file is empty (0 bytes)", "copy it from the phone again");
  const bool known = kind != FileKind::kUnknown;
  return Fail(ErrorCode::kUnsupported,
              known ? "a " + std::string(FileKindName(kind)) + " is not read as a photo (JPEG, PNG, WebP, HEIC, TIFF are)"
                    : "not a picture",
              "export it as JPEG");
}

Result<StillSize> SizeOf(FileKind kind, std::span<const std::uint8_t> bytes) {
  switch (kind) {
    case FileKind::kJpeg: return JpegSize(bytes);
    case FileKind::kPng: return PngSize(bytes);
    case FileKind::kWebp: return WebpSize(bytes);
    case FileKind::kTiff: return TiffSize(bytes);
    case FileKind::kHeif: return HeifSize(bytes);
    default: return NotRead(kind);
  }
}

Result<RawStill> DecodeRaw(FileKind kind, std::span<const std::uint8_t> bytes) {
  switch (kind) {
    case FileKind::kJpeg: return DecodeJpegStill(bytes);
    case FileKind::kPng: return DecodePngStill(bytes);
    case FileKind::kWebp: return DecodeWebpStill(bytes);
    case FileKind::kTiff: return DecodeTiffStill(bytes);
    case FileKind::kHeif: return DecodeHeifStill(bytes);
    default: return NotRead(kind);
  }
}

// Splits RGBA into RGB as stored and its alpha; the alpha is empty when all of it is opaque.
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

// Over white, as every product page shows it.
void CompositeOnWhite(Image& rgb, const Image& alpha) {
  for (std::size_t i = 0; i < alpha.pixels.size(); ++i)
    for (int c = 0; c < 3; ++c) {
      std::uint8_t& value = rgb.pixels[i * 3 + c];
      value = static_cast<std::uint8_t>((value * alpha.pixels[i] + 255 * (255 - alpha.pixels[i]) + 127) / 255);
    }
}

}  // namespace

Result<StillSize> ProbeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits) {
  const Result<StillSize> size = SizeOf(Sniff(Head(bytes)), bytes);
  if (!size) return Forward(size);
  const auto pixels = static_cast<std::uint64_t>(size->width) * static_cast<std::uint64_t>(size->height);
  if (size->width <= 0 || size->height <= 0)
    return Fail(ErrorCode::kCorrupt, "the picture has no size", "export it again");
  if (pixels > limits.max_pixels || std::max(size->width, size->height) > limits.max_side)
    return Fail(ErrorCode::kUnsupported,
                "the picture has " + std::to_string(size->width) + " x " + std::to_string(size->height) +
                    " pixels, more than the limit of " + std::to_string(limits.max_pixels / 1'000'000) + " megapixels",
                "make it smaller");
  return size;
}

Result<Still> DecodeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits) {
  if (const Result<StillSize> size = ProbeStill(bytes, limits); !size) return Forward(size);
  Result<RawStill> raw = DecodeRaw(Sniff(Head(bytes)), bytes);
  if (!raw) return Forward(raw);
  Still still{.remarks = std::move(raw->remarks)};
  still.metadata = ReadExif(raw->exif, raw->pixels.width, raw->pixels.height);
  Image alpha = TakeAlpha(raw->pixels);
  ProfileToSrgb(raw->icc, raw->pixels);
  CompositeOnWhite(raw->pixels, alpha);
  const int orientation = raw->upright ? 1 : still.metadata.orientation;
  still.rgb = orientation == 1 ? std::move(raw->pixels) : ApplyOrientation(raw->pixels, orientation);
  if (!alpha.empty()) still.matte = ApplyOrientation(alpha, orientation);
  return still;
}

Image ApplyOrientation(const Image& image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const int w = image.width;
  const int h = image.height;
  const bool swap = orientation >= 5;
  Image out = Image::Make(swap ? h : w, swap ? w : h, image.channels);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      // The stored pixel that belongs at (x, y): EXIF 2.32, tag 0x0112.
      const std::array<int, 2> from = [&]() -> std::array<int, 2> {
        switch (orientation) {
          case 2: return {w - 1 - x, y};
          case 3: return {w - 1 - x, h - 1 - y};
          case 4: return {x, h - 1 - y};
          case 5: return {y, x};
          case 6: return {y, h - 1 - x};
          case 7: return {w - 1 - y, h - 1 - x};
          default: return {w - 1 - y, x};
        }
      }();
      std::copy_n(image.at(from[0], from[1]), image.channels, out.at(x, y));
    }
  return out;
}

}  // namespace rv::internal
