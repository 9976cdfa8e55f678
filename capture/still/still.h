// Decodes one still picture from memory: JPEG (incl. CMYK, progressive), PNG (8 and 16 bit, alpha), WebP,
// HEIC/AVIF, TIFF. Runs in the decoding process; nothing here opens a file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/input/sniff.h"
#include "scene/image.h"

namespace rv::still {

// What EXIF says. Sizes and orientation are as stored, before turning upright.
struct StillMetadata {
  int orientation = 1;             // EXIF 1..8
  std::optional<double> focal_px;  // at the stored picture's size
  std::string focal_note;          // why a focal length in the file was not believed; empty otherwise
  std::string make;
  std::string model;
  // Seconds since 1970 in the camera's own time zone, with fractions where given; 0 when unknown.
  double capture_time_s = 0;
};

// A decoded picture, upright, sRGB.
struct Still {
  Image rgb;                         // 3 channels; transparent parts on white
  Image matte;                       // 1 channel, the alpha; empty when the picture is opaque all over
  StillMetadata metadata;            // focal_px holds for the upright picture too (square pixels)
  std::vector<std::string> remarks;  // "truncated: the lower 40 % are missing"
};

// Width and height as stored, from the header alone.
struct StillSize {
  int width = 0;
  int height = 0;
};

// Fails with kCorrupt when the bytes do not decode, kUnsupported when the picture is over a limit or of a
// kind that is not read. A JPEG cut off in the middle is kCorrupt unless at least 7/8 of its rows are there.
Result<Still> DecodeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits);

// As DecodeStill up to the point where pixels would be decoded.
Result<StillSize> ProbeStill(std::span<const std::uint8_t> bytes, const CaptureLimits& limits);

// Loads what plug-ins the still decoders need; call before the sandbox closes.
void PrepareStillDecoders();

// Parts, one per format. `channels` of `pixels` is 3, or 4 when there is alpha.
struct RawStill {
  Image pixels;
  std::vector<std::uint8_t> icc;   // embedded color profile; empty: sRGB
  std::vector<std::uint8_t> exif;  // a TIFF-structured EXIF block; empty when there is none
  bool upright = false;            // the decoder has applied the orientation
  std::vector<std::string> remarks;
};
Result<StillSize> JpegSize(std::span<const std::uint8_t> bytes);
Result<RawStill> DecodeJpegStill(std::span<const std::uint8_t> bytes);
Result<StillSize> PngSize(std::span<const std::uint8_t> bytes);
Result<RawStill> DecodePngStill(std::span<const std::uint8_t> bytes);
Result<StillSize> WebpSize(std::span<const std::uint8_t> bytes);
Result<RawStill> DecodeWebpStill(std::span<const std::uint8_t> bytes);
Result<StillSize> TiffSize(std::span<const std::uint8_t> bytes);
Result<RawStill> DecodeTiffStill(std::span<const std::uint8_t> bytes);
Result<StillSize> HeifSize(std::span<const std::uint8_t> bytes);
Result<RawStill> DecodeHeifStill(std::span<const std::uint8_t> bytes);

// EXIF of a file that is `width` x `height` as stored. `exif` as in RawStill.
StillMetadata ReadExif(std::span<const std::uint8_t> exif, int width, int height);

// Pixels to sRGB by the embedded profile (ICC); unchanged when it is sRGB or useless. `pixels` has 3 channels
// (an alpha is kept apart by the caller).
void ProfileToSrgb(const std::vector<std::uint8_t>& icc, Image& pixels);
// CMYK (4 bytes a pixel, 0 = no ink) to sRGB by the profile, or by the plain formula when there is none.
Image CmykToSrgb(const std::vector<std::uint8_t>& icc,
                 int width,
                 int height,
                 const std::vector<std::uint8_t>& cmyk);

// Turns stored pixels upright by an EXIF orientation 1..8.
Image ApplyOrientation(const Image& image, int orientation);

}  // namespace rv::still
