#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "capture/still/still.h"

namespace rv::still {
namespace {

// A file in memory for libtiff's callbacks.
struct Memory {
  std::span<const std::uint8_t> bytes;
  std::uint64_t at = 0;
};

tmsize_t ReadBytes(thandle_t handle, void* out, tmsize_t size) {
  auto* memory = static_cast<Memory*>(handle);
  const std::uint64_t left = memory->bytes.size() - std::min<std::uint64_t>(memory->at, memory->bytes.size());
  const std::uint64_t take =
      std::min<std::uint64_t>(left, static_cast<std::uint64_t>(std::max<tmsize_t>(size, 0)));
  if (take > 0) std::memcpy(out, memory->bytes.data() + memory->at, take);
  memory->at += take;
  return static_cast<tmsize_t>(take);
}
tmsize_t WriteBytes(thandle_t, void*, tmsize_t) { return 0; }
toff_t Seek(thandle_t handle, toff_t offset, int whence) {
  auto* memory = static_cast<Memory*>(handle);
  if (whence == SEEK_CUR) offset += memory->at;
  if (whence == SEEK_END) offset += memory->bytes.size();
  memory->at = offset;
  return offset;
}
int Close(thandle_t) { return 0; }
toff_t Size(thandle_t handle) { return static_cast<Memory*>(handle)->bytes.size(); }

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffPtr = std::unique_ptr<TIFF, TiffCloser>;

TiffPtr OpenTiff(Memory& memory) {
  TIFFSetErrorHandler(nullptr);
  TIFFSetWarningHandler(nullptr);
  return TiffPtr(
      TIFFClientOpen("photo", "rm", &memory, ReadBytes, WriteBytes, Seek, Close, Size, nullptr, nullptr));
}

tl::unexpected<Error> BadTiff(const std::string& why) {
  return Fail(ErrorCode::kCorrupt, "the TIFF does not decode: " + why, "export the picture as JPEG or PNG");
}

}  // namespace

Result<StillSize> TiffSize(std::span<const std::uint8_t> bytes) {
  Memory memory{bytes};
  const TiffPtr tiff = OpenTiff(memory);
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  if (!tiff || TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width) != 1 ||
      TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height) != 1 || width == 0 || height == 0 ||
      width > 0x7FFFFFFF || height > 0x7FFFFFFF)
    return BadTiff("no picture in it");
  std::uint8_t* dng_version = nullptr;
  constexpr std::uint32_t kDngVersion = 50706;
  std::uint16_t count = 0;
  if (TIFFGetField(tiff.get(), kDngVersion, &count, &dng_version) == 1)
    return Fail(ErrorCode::kUnsupported, "a raw photo (DNG) is not supported", "export it as JPEG");
  // Other raw formats (NEF, ARW, ...) put a thumbnail first and the photo into sub-directories.
  std::uint32_t kind = 0;
  if (TIFFGetField(tiff.get(), TIFFTAG_SUBFILETYPE, &kind) == 1 && (kind & FILETYPE_REDUCEDIMAGE) != 0)
    return Fail(ErrorCode::kUnsupported, "a raw photo is not supported", "export it as JPEG");
  return StillSize{static_cast<int>(width), static_cast<int>(height)};
}

Result<RawStill> DecodeTiffStill(std::span<const std::uint8_t> bytes) {
  Memory memory{bytes};
  const TiffPtr tiff = OpenTiff(memory);
  if (!tiff) return BadTiff("bad header");
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  RawStill still{.pixels = Image::Make(static_cast<int>(width), static_cast<int>(height), 4)};
  auto* words = reinterpret_cast<std::uint32_t*>(still.pixels.pixels.data());
  // Rows in stored order: the orientation tag comes with the EXIF block and is applied once, there.
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_ORIENTATION, &orientation);
  if (TIFFReadRGBAImageOriented(tiff.get(), width, height, words, orientation, 1) != 1)
    return BadTiff("damaged, cut off or of a kind that is not read");
  void* icc = nullptr;
  std::uint32_t icc_size = 0;
  if (TIFFGetField(tiff.get(), TIFFTAG_ICCPROFILE, &icc_size, &icc) == 1 && icc != nullptr)
    still.icc.assign(static_cast<std::uint8_t*>(icc), static_cast<std::uint8_t*>(icc) + icc_size);
  still.exif.assign(bytes.begin(), bytes.end());
  return still;
}

}  // namespace rv::still
