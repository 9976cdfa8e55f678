#include "capture/pixels/chroma.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cstring>

namespace rv::pixels {

ChromaReader::ChromaReader(const AVFrame& frame) : frame_(frame) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr || format->nb_components < 3) return;
  constexpr auto kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE |
                          AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT;
  if ((format->flags & kOther) != 0 || format->log2_chroma_w > 1 || format->log2_chroma_h > 1) return;
  for (int i = 0; i < 3; ++i) {
    const AVComponentDescriptor& c = format->comp[i];
    if (c.depth <= 8 || c.depth > 16) return;
    components_[i] = {.data = frame.data[c.plane] + c.offset,
                      .stride = frame.linesize[c.plane],
                      .step = c.step,
                      .shift = c.shift};
    rows_[i].resize(frame.width + 1);
  }
  log2_width_ = format->log2_chroma_w;
  log2_height_ = format->log2_chroma_h;
  sited_top_ = frame.chroma_location == AVCHROMA_LOC_TOPLEFT || frame.chroma_location == AVCHROMA_LOC_TOP;
  blended_.resize(((frame.width + (1 << log2_width_) - 1) >> log2_width_) + 1);
  second_.resize(blended_.size());
  usable_ = true;
}

void ChromaReader::Words(const Component& c, int y, int count, std::uint16_t* out) const {
  const std::uint8_t* row = c.data + static_cast<std::ptrdiff_t>(c.stride) * y;
  if (c.step == 2) {
    std::memcpy(out, row, static_cast<std::size_t>(count) * 2);
  } else {
    for (int x = 0; x < count; ++x) std::memcpy(out + x, row + static_cast<std::ptrdiff_t>(c.step) * x, 2);
  }
  if (c.shift == 0) return;
  for (int x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>(out[x] >> c.shift);
}

void ChromaReader::ReadChroma(int component, int y) {
  const Component& c = components_[component];
  const int width = static_cast<int>(blended_.size()) - 1;
  const int height = (frame_.height + (1 << log2_height_) - 1) >> log2_height_;
  // Two rows and the weight of the second in quarters.
  int first = y;
  int weight = 0;
  if (log2_height_ == 1) {
    const int quarters = sited_top_ ? 2 * y : 2 * y - 1;  // position in quarters of a chroma row
    first = quarters >> 2;
    weight = quarters & 3;
  }
  const int a = std::clamp(first, 0, height - 1);
  const int b = std::clamp(first + 1, 0, height - 1);
  Words(c, a, width, blended_.data());
  if (weight > 0) {
    Words(c, b, width, second_.data());
    const int first_weight = 4 - weight;
    for (int x = 0; x < width; ++x)
      blended_[x] = static_cast<std::uint16_t>((blended_[x] * first_weight + second_[x] * weight + 2) >> 2);
  }
  blended_[width] = blended_[width - 1];
  std::uint16_t* out = rows_[component].data();
  if (log2_width_ == 0) {
    std::copy_n(blended_.data(), width, out);
    return;
  }
  for (int x = 0; 2 * x < frame_.width; ++x) {
    out[2 * x] = blended_[x];
    out[2 * x + 1] = static_cast<std::uint16_t>((blended_[x] + blended_[x + 1] + 1) >> 1);
  }
}

void ChromaReader::ReadRow(int y) {
  Words(components_[0], y, frame_.width, rows_[0].data());
  ReadChroma(1, y);
  ReadChroma(2, y);
}

}  // namespace rv::pixels
