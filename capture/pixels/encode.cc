#include "capture/pixels/encode.h"

#include <jpeglib.h>
#include <png.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "base/check.h"
#include "base/text.h"

namespace rv::pixels {
namespace {

[[noreturn]] void ThrowJpeg(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  throw std::runtime_error(Text("JPEG encoder: ", message));
}

struct Compressor {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  unsigned char* out = nullptr;
  unsigned long size = 0;
  Compressor() {
    info.err = jpeg_std_error(&errors);
    errors.error_exit = ThrowJpeg;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &out, &size);
  }
  ~Compressor() {
    jpeg_destroy_compress(&info);
    std::free(out);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
};

}  // namespace

int JpegQualityFor(std::uint64_t total_pixels) {
  constexpr std::uint64_t kMillion = 1'000'000;
  if (total_pixels <= 1100 * kMillion) return 95;
  if (total_pixels <= 1600 * kMillion) return 92;
  if (total_pixels <= 2400 * kMillion) return 87;
  return total_pixels <= 4000 * kMillion ? 80 : 75;
}

EncodedImage WriteJpeg(const Image& image, int quality) {
  RV_CHECK(image.channels == 1 || image.channels == 3);
  Compressor c;
  c.info.image_width = static_cast<JDIMENSION>(image.width);
  c.info.image_height = static_cast<JDIMENSION>(image.height);
  c.info.input_components = image.channels;
  c.info.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&c.info);
  jpeg_set_quality(&c.info, quality, TRUE);
  jpeg_start_compress(&c.info, TRUE);
  while (c.info.next_scanline < c.info.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(image.at(0, static_cast<int>(c.info.next_scanline)));
    jpeg_write_scanlines(&c.info, &row, 1);
  }
  jpeg_finish_compress(&c.info);
  return {.format = "jpeg", .width = image.width, .height = image.height, .bytes = {c.out, c.out + c.size}};
}

EncodedImage WritePng(const Image& image) {
  RV_CHECK_EQ(image.channels, 1);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_GRAY;
  EncodedImage out{.format = "png", .width = image.width, .height = image.height};
  png_alloc_size_t size = 0;
  if (png_image_write_get_memory_size(png, size, 0, image.pixels.data(), 0, nullptr) == 0)
    throw std::runtime_error(Text("PNG encoder: ", png.message));
  out.bytes.resize(size);
  if (png_image_write_to_memory(&png, out.bytes.data(), &size, 0, image.pixels.data(), 0, nullptr) == 0)
    throw std::runtime_error(Text("PNG encoder: ", png.message));
  out.bytes.resize(size);
  return out;
}

bool LooksLikeJpeg(const std::vector<std::uint8_t>& bytes) {
  return bytes.size() > 4 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[bytes.size() - 2] == 0xFF &&
         bytes[bytes.size() - 1] == 0xD9;
}

}  // namespace rv::pixels
