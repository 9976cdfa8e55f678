#include "capture/pixels/luma.h"

#include <algorithm>

#include "capture/pixels/encode.h"

namespace rv::pixels {
namespace {

template <typename Sample>
Image Shrink(const std::uint8_t* plane, int stride, int width, int height, int down, int step) {
  Image out = Image::Make(std::max(1, width / step), std::max(1, height / step), 1);
  const int span = std::min({step, width, height});
  const std::uint32_t area = static_cast<std::uint32_t>(span) * span;
  // Columns first: whole rows add up without any branching, then each square's columns.
  const int used = out.width * span;
  std::vector<std::uint32_t> columns(used);
  for (int y = 0; y < out.height; ++y) {
    std::fill(columns.begin(), columns.end(), 0);
    for (int dy = 0; dy < span; ++dy) {
      const auto* row =
          reinterpret_cast<const Sample*>(plane + static_cast<std::ptrdiff_t>(stride) * (y * step + dy));
      for (int x = 0; x < used; ++x) columns[x] += row[x];
    }
    for (int x = 0; x < out.width; ++x) {
      std::uint32_t sum = 0;
      for (int dx = 0; dx < span; ++dx) sum += columns[x * span + dx];
      out.pixels[static_cast<std::size_t>(y) * out.width + x] =
          static_cast<std::uint8_t>(std::min<std::uint32_t>((sum / area) >> down, 255));
    }
  }
  return out;
}

tl::unexpected<Error> Nonsense() {
  return Fail(ErrorCode::kCorrupt, "the decoder answered nonsense", "the file is damaged; record it again");
}

}  // namespace

int LumaStep(int width, int height) {
  return std::max(1, (std::max(width, height) + kLumaSide - 1) / kLumaSide);
}

Image ShrinkPlane(const void* plane, int stride, int width, int height, int bits, int shift) {
  const int step = LumaStep(width, height);
  const auto* bytes = static_cast<const std::uint8_t*>(plane);
  if (bits <= 8) return Shrink<std::uint8_t>(bytes, stride, width, height, 0, step);
  return Shrink<std::uint16_t>(bytes, stride, width, height, bits - 8 + shift, step);
}

Image ShrinkRgb(const Image& rgb) {
  Image gray = Image::Make(rgb.width, rgb.height, 1);
  for (std::size_t i = 0; i < gray.pixels.size(); ++i) {
    const std::uint8_t* p = &rgb.pixels[3 * i];
    gray.pixels[i] = static_cast<std::uint8_t>((54 * p[0] + 183 * p[1] + 19 * p[2] + 128) >> 8);
  }
  return ShrinkPlane(gray.pixels.data(), gray.width, gray.width, gray.height, 8, 0);
}

void PutImage(sandbox::WireWriter& out, const Image& image) {
  out.Put<std::int32_t>(image.width).Put<std::int32_t>(image.height).PutBytes(image.pixels);
}

Result<Image> GetLuma(sandbox::WireReader& in) {
  Image image{.channels = 1};
  image.width = in.Get<std::int32_t>();
  image.height = in.Get<std::int32_t>();
  image.pixels = in.GetBytes();
  const bool sized =
      image.width > 0 && image.height > 0 && image.width <= kLumaSide && image.height <= kLumaSide;
  if (!in.good() || !sized || image.pixels.size() != static_cast<std::size_t>(image.width) * image.height)
    return Nonsense();
  return image;
}

void PutEncoded(sandbox::WireWriter& out, const EncodedImage& image) {
  out.Put<std::int32_t>(image.width).Put<std::int32_t>(image.height).PutBytes(image.bytes);
}

Result<EncodedImage> GetEncoded(sandbox::WireReader& in, const std::string& format) {
  EncodedImage image{.format = format};
  image.width = in.Get<std::int32_t>();
  image.height = in.Get<std::int32_t>();
  image.bytes = in.GetBytes();
  const bool sized = image.width > 0 && image.height > 0 && image.width <= 65500 && image.height <= 65500;
  const bool kind = format != "jpeg" || LooksLikeJpeg(image.bytes);
  if (!in.good() || !sized || image.bytes.empty() || !kind) return Nonsense();
  return image;
}

}  // namespace rv::pixels
