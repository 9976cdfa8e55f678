#include "capture/video/video_frame.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "capture/pixels/alpha.h"
#include "capture/pixels/chroma.h"
#include "capture/pixels/cicp.h"
#include "capture/pixels/color.h"
#include "capture/pixels/luma.h"
#include "capture/still/still.h"
#include "capture/video/video_probe.h"

namespace rv::video {
namespace {

const AVPixFmtDescriptor& Format(const AVFrame& frame) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr) throw std::runtime_error("unknown pixel format");
  return *format;
}

bool IsFullRange(const AVFrame& frame) {
  const auto f = static_cast<AVPixelFormat>(frame.format);
  return frame.color_range == AVCOL_RANGE_JPEG || f == AV_PIX_FMT_YUVJ420P || f == AV_PIX_FMT_YUVJ422P ||
         f == AV_PIX_FMT_YUVJ444P;
}

// What the frame does not say is taken as its size suggests, as players do.
int SwsMatrix(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return SWS_CS_ITU601;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    default:
      return std::max(frame.width, frame.height) >= 1280 ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }
}

pixels::Transfer TransferOf(const AVFrame& frame) { return pixels::TransferOfCicp(frame.color_trc); }
pixels::Primaries PrimariesOf(const AVFrame& frame) { return pixels::PrimariesOfCicp(frame.color_primaries); }

double PeakNits(const AVFrame& frame, double from_header) {
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL))
    if (const auto* light = reinterpret_cast<const AVContentLightMetadata*>(side->data); light->MaxCLL > 0)
      return light->MaxCLL;
  if (const auto* side = av_frame_get_side_data(&frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA))
    if (const auto* display = reinterpret_cast<const AVMasteringDisplayMetadata*>(side->data);
        display->has_luminance)
      return av_q2d(display->max_luminance);
  return from_header > 0 ? from_header : 1000;
}

pixels::ColorSpec SpecOf(const AVFrame& frame, int bits, double peak_nits) {
  pixels::ColorSpec spec{.transfer = TransferOf(frame),
                         .primaries = PrimariesOf(frame),
                         .full_range = IsFullRange(frame),
                         .bits = bits,
                         .peak_nits = std::clamp(peak_nits, 203.0, 10000.0)};
  switch (SwsMatrix(frame)) {
    case SWS_CS_BT2020:
      spec.kr = 0.2627, spec.kb = 0.0593;
      break;
    case SWS_CS_ITU601:
      spec.kr = 0.299, spec.kb = 0.114;
      break;
    default:
      break;
  }
  return spec;
}

// Size of the picture before it is turned upright: the probe's, unless the frame is of another shape.
std::pair<int, int> StoredSize(const AVFrame& frame, const MediaProbe& probe) {
  constexpr double kSameShape = 0.01;
  const bool turned = probe.orientation >= 5;
  const int width = turned ? probe.height : probe.width, height = turned ? probe.width : probe.height;
  // A browser's file says nothing of the pixel's shape; others say it with each frame, or once for all.
  const AVRational own = frame.sample_aspect_ratio;
  const double aspect = AppliedAspect(own.num > 0 && own.den > 0 ? av_q2d(own) : probe.pixel_aspect);
  const double shape = frame.width * aspect / frame.height;
  if (std::abs(shape * height / width - 1) < kSameShape) return {width, height};
  if (std::lround(frame.width * AppliedAspect(probe.pixel_aspect)) == width && frame.height == height)
    return {width, height};  // the container overrules the frame
  return {std::max(1, static_cast<int>(std::lround(frame.width * aspect))), frame.height};
}

bool SameSpec(const pixels::ColorSpec& a, const pixels::ColorSpec& b) {
  return a.transfer == b.transfer && a.primaries == b.primaries && a.kr == b.kr && a.kb == b.kb &&
         a.full_range == b.full_range && a.bits == b.bits && a.peak_nits == b.peak_nits;
}

}  // namespace

struct FrameConverter::State {
  SwsContext* sws = nullptr;
  pixels::ColorSpec spec;
  std::unique_ptr<pixels::ColorConverter> tables;
  std::vector<std::uint16_t> planes[3];
  ~State() { sws_freeContext(sws); }

  // A context from the frame to `target` without any change of range, or to RGB by the frame's matrix.
  void Prepare(const AVFrame& frame, int width, int height, AVPixelFormat target) {
    constexpr int kFlags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    sws = sws_getCachedContext(sws, frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
                               width, height, target, kFlags, nullptr, nullptr, nullptr);
    if (sws == nullptr) throw std::runtime_error("the frame's pixel format cannot be converted");
    const int* matrix = sws_getCoefficients(SwsMatrix(frame));
    const int full = IsFullRange(frame) ? 1 : 0;
    const bool rgb = target == AV_PIX_FMT_RGB24 || target == AV_PIX_FMT_RGBA;
    sws_setColorspaceDetails(sws, matrix, full, rgb ? sws_getCoefficients(SWS_CS_DEFAULT) : matrix,
                             rgb ? 1 : full, 0, 1 << 16, 1 << 16);
  }
};

FrameConverter::FrameConverter(const MediaProbe& probe, double content_nits)
    : probe_(probe), content_nits_(content_nits), state_(std::make_unique<State>()) {}
FrameConverter::~FrameConverter() = default;

Image FrameLuma(const AVFrame& frame) {
  const AVPixFmtDescriptor& format = Format(frame);
  const bool luma_first = (format.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE |
                                           AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM)) == 0 &&
                          format.comp[0].plane == 0 &&
                          format.comp[0].step == (format.comp[0].depth > 8 ? 2 : 1);
  if (luma_first)
    return pixels::ShrinkPlane(frame.data[0], frame.linesize[0], frame.width, frame.height,
                               format.comp[0].depth, format.comp[0].shift);
  const int step = pixels::LumaStep(frame.width, frame.height);
  Image out = Image::Make(std::max(1, frame.width / step), std::max(1, frame.height / step), 1);
  SwsContext* sws =
      sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), out.width,
                     out.height, AV_PIX_FMT_GRAY8, SWS_AREA, nullptr, nullptr, nullptr);
  if (sws == nullptr) throw std::runtime_error("the frame's pixel format cannot be converted");
  std::uint8_t* target[4] = {out.pixels.data()};
  const int stride[4] = {out.width};
  sws_scale(sws, frame.data, frame.linesize, 0, frame.height, target, stride);
  sws_freeContext(sws);
  return out;
}

Image FrameConverter::ConvertSdr(const AVFrame& frame, int width, int height) {
  state_->Prepare(frame, width, height, AV_PIX_FMT_RGB24);
  Image out = Image::Make(width, height, 3);
  std::uint8_t* target[4] = {out.pixels.data()};
  const int stride[4] = {width * 3};
  sws_scale(state_->sws, frame.data, frame.linesize, 0, frame.height, target, stride);
  return out;
}

Image FrameConverter::ConvertByTables(const AVFrame& frame, int width, int height) {
  const int depth = Format(frame).comp[0].depth;
  const int bits = depth <= 10 ? 10 : 12;
  const double peak = content_nits_ > 0 ? content_nits_ : PeakNits(frame, probe_.peak_nits);
  const pixels::ColorSpec spec = SpecOf(frame, bits, peak);
  if (!state_->tables || !SameSpec(spec, state_->spec)) {
    state_->tables = std::make_unique<pixels::ColorConverter>(spec);
    state_->spec = spec;
  }
  Image out = Image::Make(width, height, 3);
  if (pixels::ChromaReader reader(frame);
      reader.usable() && depth == bits && width == frame.width && height == frame.height) {
    for (int y = 0; y < height; ++y) {
      reader.ReadRow(y);
      state_->tables->ConvertRow(reader.luma(), reader.cb(), reader.cr(), width, out.at(0, y));
    }
    return out;
  }
  state_->Prepare(frame, width, height, bits == 10 ? AV_PIX_FMT_YUV444P10 : AV_PIX_FMT_YUV444P12);
  const int row = (width + 15) / 16 * 16;
  std::uint8_t* target[4] = {};
  int stride[4] = {};
  for (int p = 0; p < 3; ++p) {
    state_->planes[p].resize(static_cast<std::size_t>(row) * height + 32);
    target[p] = reinterpret_cast<std::uint8_t*>(state_->planes[p].data());
    stride[p] = row * 2;
  }
  sws_scale(state_->sws, frame.data, frame.linesize, 0, frame.height, target, stride);
  for (int y = 0; y < height; ++y) {
    const std::size_t at = static_cast<std::size_t>(row) * y;
    state_->tables->ConvertRow(&state_->planes[0][at], &state_->planes[1][at], &state_->planes[2][at], width,
                               out.at(0, y));
  }
  return out;
}

void LightMeter::Add(const AVFrame& frame) {
  constexpr int kStep = 8;  // a look at every eighth pixel of every eighth row is enough
  const pixels::Transfer transfer = TransferOf(frame);
  if (transfer == pixels::Transfer::kSdr) return;
  pixels::ChromaReader reader(frame);
  if (!reader.usable()) return;
  transfer_ = transfer;
  measured_ = true;
  const pixels::ChannelDecoder decoder(SpecOf(frame, Format(frame).comp[0].depth, 0));
  for (int y = 0; y < frame.height; y += kStep) {
    reader.ReadRow(y);
    for (int x = 0; x < frame.width; x += kStep)
      peak_.Add(decoder.Brightest(reader.luma()[x], reader.cb()[x], reader.cr()[x]));
  }
}

ConvertedFrame FrameConverter::ConvertWithAlpha(const AVFrame& frame, int width, int height) {
  state_->Prepare(frame, width, height, AV_PIX_FMT_RGBA);
  ConvertedFrame out{.rgb = Image::Make(width, height, 4)};
  std::uint8_t* target[4] = {out.rgb.pixels.data()};
  const int stride[4] = {width * 4};
  sws_scale(state_->sws, frame.data, frame.linesize, 0, frame.height, target, stride);
  out.matte = pixels::TakeAlpha(out.rgb);
  pixels::CompositeOnWhite(out.rgb, out.matte);
  return out;
}

ConvertedFrame FrameConverter::Convert(const AVFrame& frame) {
  const auto [width, height] = StoredSize(frame, probe_);
  const std::uint64_t format = Format(frame).flags;
  const bool plain = (format & AV_PIX_FMT_FLAG_RGB) != 0 || (TransferOf(frame) == pixels::Transfer::kSdr &&
                                                             PrimariesOf(frame) == pixels::Primaries::kBt709);
  ConvertedFrame out;
  if ((format & AV_PIX_FMT_FLAG_ALPHA) != 0) {
    out = ConvertWithAlpha(frame, width, height);
  } else {
    out.rgb = plain ? ConvertSdr(frame, width, height) : ConvertByTables(frame, width, height);
  }
  if (probe_.orientation == 1) return out;
  out.rgb = still::ApplyOrientation(out.rgb, probe_.orientation);
  if (!out.matte.empty()) out.matte = still::ApplyOrientation(out.matte, probe_.orientation);
  return out;
}

}  // namespace rv::video
