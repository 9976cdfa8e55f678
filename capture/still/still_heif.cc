#include <libheif/heif.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/byte_io.h"
#include "base/text.h"
#include "capture/pixels/cicp.h"
#include "capture/still/still.h"

namespace rv::still {
namespace {

struct Free {
  void operator()(heif_context* p) const { heif_context_free(p); }
  void operator()(heif_image_handle* p) const { heif_image_handle_release(p); }
  void operator()(heif_image* p) const { heif_image_release(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

struct Opened {
  Owned<heif_context> context;
  Owned<heif_image_handle> primary;
};

tl::unexpected<Error> BadHeif(const heif_error& error) {
  const bool unsupported =
      error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype;
  return Fail(unsupported ? ErrorCode::kUnsupported : ErrorCode::kCorrupt,
              Text("the HEIC does not decode: ", error.message != nullptr ? error.message : "damaged"),
              "copy the photo from the phone again, or set the camera to \"most compatible\" (JPEG)");
}

Result<Opened> OpenPrimary(std::span<const std::uint8_t> bytes) {
  Opened opened{.context = Owned<heif_context>(heif_context_alloc())};
  heif_error error =
      heif_context_read_from_memory_without_copy(opened.context.get(), bytes.data(), bytes.size(), nullptr);
  if (error.code != heif_error_Ok) return BadHeif(error);
  heif_image_handle* primary = nullptr;
  error = heif_context_get_primary_image_handle(opened.context.get(), &primary);
  if (error.code != heif_error_Ok) return BadHeif(error);
  opened.primary.reset(primary);
  return opened;
}

std::vector<std::uint8_t> ExifOf(const heif_image_handle* handle) {
  heif_item_id id = 0;
  if (heif_image_handle_get_list_of_metadata_block_IDs(handle, "Exif", &id, 1) != 1) return {};
  std::vector<std::uint8_t> block(heif_image_handle_get_metadata_size(handle, id));
  // The first four bytes are the offset of the TIFF header behind them.
  if (block.size() < 8 || heif_image_handle_get_metadata(handle, id, block.data()).code != heif_error_Ok)
    return {};
  const std::uint64_t skip = 4 + BigEndianAt(block, 0, 4);
  if (skip >= block.size()) return {};
  block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(skip));
  return block;
}

std::vector<std::uint8_t> IccOf(const heif_image_handle* handle) {
  const std::size_t size = heif_image_handle_get_raw_color_profile_size(handle);
  std::vector<std::uint8_t> icc(size);
  if (size == 0 || heif_image_handle_get_raw_color_profile(handle, icc.data()).code != heif_error_Ok)
    return {};
  return icc;
}

struct FreeNclx {
  void operator()(heif_color_profile_nclx* p) const { heif_nclx_color_profile_free(p); }
};
using Nclx = std::unique_ptr<heif_color_profile_nclx, FreeNclx>;

// What the file says of its colors by code points; none with an ICC profile, which goes first (ISO 23008-12).
Nclx NclxOf(const heif_image_handle* handle) {
  heif_color_profile_nclx* nclx = nullptr;
  if (heif_image_handle_get_raw_color_profile_size(handle) > 0) return nullptr;
  if (heif_image_handle_get_nclx_color_profile(handle, &nclx).code != heif_error_Ok) return nullptr;
  return Nclx(nclx);
}

// Whether the colors are others than those of SDR pictures in sRGB's primaries.
bool IsWide(const heif_color_profile_nclx& nclx) {
  return pixels::TransferOfCicp(nclx.transfer_characteristics) != pixels::Transfer::kSdr ||
         pixels::PrimariesOfCicp(nclx.color_primaries) != pixels::Primaries::kBt709;
}

// One row of a plane as 16-bit words.
void ReadRow(const std::uint8_t* row, int bits, int width, std::vector<std::uint16_t>& out) {
  if (bits > 8) {
    std::memcpy(out.data(), row, sizeof(std::uint16_t) * static_cast<std::size_t>(width));
  } else {
    std::copy_n(row, width, out.data());
  }
}

// A decoded picture's planes, row by row.
class PlaneReader {
 public:
  PlaneReader(const heif_image* image, std::span<const heif_channel> channels)
      : width_(heif_image_get_primary_width(image)) {
    for (const heif_channel channel : channels) {
      Plane plane{.bits = heif_image_get_bits_per_pixel_range(image, channel)};
      plane.data = heif_image_get_plane_readonly(image, channel, &plane.stride);
      plane.row.resize(static_cast<std::size_t>(width_));
      // An alpha is a picture of its own, and may be of another size.
      usable_ = usable_ && plane.data != nullptr && plane.bits >= 8 && plane.bits <= 16 &&
                heif_image_get_width(image, channel) == width_ &&
                heif_image_get_height(image, channel) == heif_image_get_primary_height(image);
      planes_.push_back(std::move(plane));
    }
  }
  bool usable() const { return usable_; }
  int bits(std::size_t plane) const { return planes_[plane].bits; }
  const std::uint16_t* row(std::size_t plane) const { return planes_[plane].row.data(); }
  void Read(int y) {
    for (Plane& plane : planes_)
      ReadRow(plane.data + static_cast<std::size_t>(plane.stride) * y, plane.bits, width_, plane.row);
  }

 private:
  struct Plane {
    const std::uint8_t* data = nullptr;
    int stride = 0;
    int bits = 0;
    std::vector<std::uint16_t> row;
  };
  int width_;
  bool usable_ = true;
  std::vector<Plane> planes_;
};

double PeakOf(PlaneReader& reader, int width, int height, pixels::Transfer transfer) {
  pixels::ContentPeak peak;
  const double top = (1 << reader.bits(0)) - 1;
  for (int y = 0; y < height && transfer != pixels::Transfer::kSdr; ++y) {
    reader.Read(y);
    for (int x = 0; x < width; ++x)
      peak.Add(std::max({reader.row(0)[x], reader.row(1)[x], reader.row(2)[x]}) / top);
  }
  return peak.Nits(transfer);
}

// HDR and wide-gamut pictures: through the same converter as clips.
Result<Image> DecodeWide(const heif_image_handle* handle, const heif_color_profile_nclx& nclx) {
  heif_image* decoded = nullptr;
  const heif_error error = heif_decode_image(handle, &decoded, heif_colorspace_RGB, heif_chroma_444, nullptr);
  if (error.code != heif_error_Ok) return BadHeif(error);
  const Owned<heif_image> image(decoded);
  std::vector<heif_channel> channels{heif_channel_R, heif_channel_G, heif_channel_B};
  const bool alpha = heif_image_has_channel(decoded, heif_channel_Alpha) != 0;
  if (alpha) channels.push_back(heif_channel_Alpha);
  PlaneReader reader(decoded, channels);
  if (!reader.usable())
    return BadHeif({heif_error_Decoder_plugin_error, heif_suberror_Unspecified, "no pixels"});
  const int width = heif_image_get_primary_width(decoded), height = heif_image_get_primary_height(decoded);
  pixels::ColorSpec spec{.transfer = pixels::TransferOfCicp(nclx.transfer_characteristics),
                         .primaries = pixels::PrimariesOfCicp(nclx.color_primaries),
                         .full_range = true,
                         .bits = reader.bits(0)};
  spec.peak_nits = PeakOf(reader, width, height, spec.transfer);
  const pixels::ColorConverter converter(spec);
  Image out = Image::Make(width, height, alpha ? 4 : 3);
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width) * 3);
  for (int y = 0; y < height; ++y) {
    reader.Read(y);
    converter.ConvertRgbRow(reader.row(0), reader.row(1), reader.row(2), width, rgb.data());
    for (int x = 0; x < width; ++x) {
      std::copy_n(rgb.data() + 3 * static_cast<std::size_t>(x), 3, out.at(x, y));
      if (alpha) out.at(x, y)[3] = static_cast<std::uint8_t>(reader.row(3)[x] >> (reader.bits(3) - 8));
    }
  }
  return out;
}

}  // namespace

void PrepareStillDecoders() { heif_init(nullptr); }

Result<StillSize> HeifSize(std::span<const std::uint8_t> bytes) {
  Result<Opened> opened = OpenPrimary(bytes);
  if (!opened) return Forward(opened);
  return StillSize{heif_image_handle_get_width(opened->primary.get()),
                   heif_image_handle_get_height(opened->primary.get())};
}

Result<RawStill> DecodeHeifStill(std::span<const std::uint8_t> bytes) {
  Result<Opened> opened = OpenPrimary(bytes);
  if (!opened) return Forward(opened);
  const heif_image_handle* handle = opened->primary.get();
  if (const Nclx nclx = NclxOf(handle); nclx && IsWide(*nclx)) {
    Result<Image> pixels = DecodeWide(handle, *nclx);
    if (!pixels) return Forward(pixels);
    return RawStill{.pixels = *std::move(pixels), .exif = ExifOf(handle), .upright = true};
  }
  const bool alpha = heif_image_handle_has_alpha_channel(handle) != 0;
  heif_image* decoded = nullptr;
  const heif_error error =
      heif_decode_image(handle, &decoded, heif_colorspace_RGB,
                        alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nullptr);
  if (error.code != heif_error_Ok) return BadHeif(error);
  const Owned<heif_image> image(decoded);
  int stride = 0;
  const std::uint8_t* plane = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
  if (plane == nullptr)
    return BadHeif({heif_error_Decoder_plugin_error, heif_suberror_Unspecified, "no pixels"});
  RawStill still{.icc = IccOf(handle), .exif = ExifOf(handle), .upright = true};
  still.pixels = Image::Make(heif_image_get_primary_width(decoded), heif_image_get_primary_height(decoded),
                             alpha ? 4 : 3);
  const std::size_t row = static_cast<std::size_t>(still.pixels.width) * still.pixels.channels;
  for (int y = 0; y < still.pixels.height; ++y)
    std::memcpy(still.pixels.pixels.data() + row * y, plane + static_cast<std::size_t>(stride) * y, row);
  return still;
}

}  // namespace rv::still
