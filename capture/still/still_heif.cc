#include <libheif/heif.h>

#include <cstring>
#include <memory>

#include "base/byte_io.h"
#include "base/text.h"
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
