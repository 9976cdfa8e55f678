// libjpeg directly: CMYK with Adobe's inversion, ICC and EXIF markers, and a count of damaged rows.
// clang-format off
#include <cstdio>  // jpeglib.h needs it before
#include <jpeglib.h>
// clang-format on

#include <csetjmp>
#include <cstring>

#include "base/text.h"
#include "capture/still/still.h"

namespace rv::still {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr int kIccMarker = JPEG_APP0 + 2;

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  bool premature_end;
};

[[noreturn]] void OnError(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  info->err->format_message(info, manager->message);
  std::longjmp(manager->jump, 1);
}

// Warnings are counted by libjpeg; only "premature end" (a truncated file) matters by itself.
void OnMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  ++info->err->num_warnings;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  if (std::strstr(text, "remature end") != nullptr)
    reinterpret_cast<ErrorManager*>(info->err)->premature_end = true;
}

// libjpeg's state and the buffers it fills; a longjmp lands in a frame that holds only a reference to this.
struct Reader {
  jpeg_decompress_struct info{};
  ErrorManager errors{};
  std::vector<std::uint8_t> rows;
  std::uint32_t rows_before_end = 0;  // rows complete when the data ended, if it ended early

  explicit Reader(std::span<const std::uint8_t> bytes) {
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = OnError;
    errors.base.emit_message = OnMessage;
    if (setjmp(errors.jump) != 0) return;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes.data(), bytes.size());
    jpeg_save_markers(&info, kExifMarker, 0xFFFF);
    jpeg_save_markers(&info, kIccMarker, 0xFFFF);
  }
  ~Reader() { jpeg_destroy_decompress(&info); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool ReadHeader() {
    if (setjmp(errors.jump) != 0) return false;
    return jpeg_read_header(&info, TRUE) == JPEG_HEADER_OK;
  }

  bool ReadRows() {
    if (setjmp(errors.jump) != 0) return false;
    const bool inks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info);
    const std::size_t stride = static_cast<std::size_t>(info.output_width) * info.output_components;
    rows.resize(stride * info.output_height);
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = rows.data() + stride * info.output_scanline;
      jpeg_read_scanlines(&info, &row, 1);
      if (!errors.premature_end) rows_before_end = info.output_scanline;
    }
    // Not finished: that would forget the markers. The destructor frees all.
    return true;
  }
};

tl::unexpected<Error> BadJpeg(const Reader& reader) {
  return Fail(ErrorCode::kCorrupt, Text("the JPEG does not decode: ", reader.errors.message),
              "copy the photo from the phone again");
}

std::vector<std::uint8_t> FindExif(const Reader& reader) {
  for (auto* m = reader.info.marker_list; m != nullptr; m = m->next)
    if (m->marker == kExifMarker && m->data_length > 6 && std::memcmp(m->data, "Exif\0\0", 6) == 0)
      return {m->data + 6, m->data + m->data_length};
  return {};
}

std::vector<std::uint8_t> FindIcc(Reader& reader) {
  JOCTET* data = nullptr;
  unsigned int size = 0;
  if (!jpeg_read_icc_profile(&reader.info, &data, &size)) return {};
  std::vector<std::uint8_t> icc(data, data + size);
  std::free(data);
  return icc;
}

// Adobe programs store inks inverted (255 = none); libjpeg hands them on as stored.
void NormalizeInks(Reader& reader) {
  if (!reader.info.saw_Adobe_marker) return;
  for (std::uint8_t& value : reader.rows) value = static_cast<std::uint8_t>(255 - value);
}

}  // namespace

Result<StillSize> JpegSize(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  if (!reader.ReadHeader()) return BadJpeg(reader);
  return StillSize{static_cast<int>(reader.info.image_width), static_cast<int>(reader.info.image_height)};
}

Result<RawStill> DecodeJpegStill(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  if (!reader.ReadHeader() || !reader.ReadRows()) return BadJpeg(reader);
  const int width = static_cast<int>(reader.info.output_width);
  const int height = static_cast<int>(reader.info.output_height);
  RawStill still{.exif = FindExif(reader)};
  if (reader.errors.premature_end) {
    const int missing = height - static_cast<int>(reader.rows_before_end);
    if (missing * 8 > height || reader.info.progressive_mode)
      return Fail(ErrorCode::kCorrupt, "the JPEG is cut off: the file ends before the picture does",
                  "copy the photo from the phone again");
    still.remarks.push_back(Text("cut off near its end: up to ", missing, " rows are missing"));
  }
  std::vector<std::uint8_t> icc = FindIcc(reader);
  if (reader.info.out_color_space == JCS_CMYK) {
    NormalizeInks(reader);
    still.pixels = CmykToSrgb(icc, width, height, reader.rows);
  } else {
    still.icc = std::move(icc);
    still.pixels = {.width = width, .height = height, .channels = 3, .pixels = std::move(reader.rows)};
  }
  return still;
}

}  // namespace rv::still
