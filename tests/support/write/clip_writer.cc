#include "tests/support/write/clip_writer.h"

#include <array>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/parallel.h"
#include "tests/support/write/hdr_curves.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace rv {
namespace {

constexpr int kTicks = 90000;  // per second

std::string Text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

// Index of upright pixel (x, y) of a w x h picture in the stored one, which a clockwise turn by `rotation`
// makes upright.
std::size_t Stored(int x, int y, int w, int h, int rotation) {
  switch (rotation) {
    case 90:
      return static_cast<std::size_t>(w - 1 - x) * h + y;
    case 180:
      return static_cast<std::size_t>(h - 1 - y) * w + (w - 1 - x);
    case 270:
      return static_cast<std::size_t>(x) * h + (h - 1 - y);
    default:
      return static_cast<std::size_t>(y) * w + x;
  }
}

// The signal curve by table over the square root of light in [0, 16].
class Curve {
 public:
  explicit Curve(const std::string& hdr) : table_(kSteps + 1) {
    for (int i = 0; i <= kSteps; ++i) {
      const float root = static_cast<float>(i) / kSteps, light = kTop * root * root;
      const float signal = hdr == "pq" ? synthetic::PqSignal(light * synthetic::kPqWhite)
                                       : synthetic::HlgSignal(light * synthetic::kHlgWhite);
      table_[i] = static_cast<std::uint16_t>(65535 * signal + 0.5F);
    }
  }
  std::uint16_t operator()(float light) const {
    return table_[static_cast<int>(std::sqrt(std::min(std::max(light, 0.0F), kTop) / kTop) * kSteps + 0.5F)];
  }

 private:
  static constexpr int kSteps = 16384;
  static constexpr float kTop = 16;
  std::vector<std::uint16_t> table_;
};

}  // namespace

Status ClipOptions::Validate() const {
  const auto refuse = [](const std::string& what) {
    return Fail(ErrorCode::kInvalidArgument, "ClipOptions::" + what);
  };
  if (codec != "h264" && codec != "hevc") return refuse("codec is " + codec + "; it must be h264 or hevc");
  if (hdr != "sdr" && hdr != "hlg" && hdr != "pq")
    return refuse("hdr is " + hdr + "; it must be sdr, hlg or pq");
  if (hdr != "sdr" && codec != "hevc") return refuse("hdr needs codec hevc");
  if (rotation_deg % 90 != 0 || rotation_deg < 0 || rotation_deg > 270) {
    return refuse("rotation_deg is " + std::to_string(rotation_deg) + "; it must be 0, 90, 180 or 270");
  }
  if (width % 2 != 0 || height % 2 != 0) return refuse("width and height must be even");
  return {};
}

struct ClipWriter::Impl {
  std::filesystem::path path;
  ClipOptions options;
  Curve curve{"hlg"};
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  AVStream* stream = nullptr;
  AVFrame* frame = nullptr;
  AVPacket* packet = nullptr;
  SwsContext* scaler = nullptr;
  std::int64_t last_pts = -1;

  ~Impl() {
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    if (format != nullptr && format->pb != nullptr) avio_closep(&format->pb);
    avformat_free_context(format);
  }

  bool Hdr() const { return options.hdr != "sdr"; }
  tl::unexpected<Error> Failed(const std::string& what, int code) const {
    return Fail(ErrorCode::kInternal, path.string() + ": " + what + ": " + Text(code));
  }

  Status Start(int width, int height);
  Status StartCodec(int width, int height);
  Status StartScaler(int in_width, int in_height, int width, int height);
  Status Drain(const AVFrame* input);
  std::vector<std::uint16_t> Signal(const LinearImage& image) const;
};

Status ClipWriter::Impl::StartCodec(int width, int height) {
  const char* name = options.codec == "hevc" ? "libx265" : "libx264";
  const AVCodec* encoder = avcodec_find_encoder_by_name(name);
  if (encoder == nullptr) {
    return Fail(ErrorCode::kUnsupported, std::string("FFmpeg has no encoder ") + name,
                "install libavcodec with it");
  }
  codec = avcodec_alloc_context3(encoder);
  codec->width = width;
  codec->height = height;
  codec->pix_fmt = Hdr() ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P;
  codec->time_base = {1, kTicks};
  codec->framerate = av_d2q(options.fps, 60000);
  codec->gop_size = options.key_interval;
  codec->max_b_frames = options.b_frames;
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->color_primaries = Hdr() ? AVCOL_PRI_BT2020 : AVCOL_PRI_BT709;
  codec->colorspace = Hdr() ? AVCOL_SPC_BT2020_NCL : AVCOL_SPC_BT709;
  codec->color_trc =
      !Hdr() ? AVCOL_TRC_BT709 : (options.hdr == "pq" ? AVCOL_TRC_SMPTE2084 : AVCOL_TRC_ARIB_STD_B67);
  codec->thread_count = options.threads;
  if (options.codec == "hevc") codec->codec_tag = MKTAG('h', 'v', 'c', '1');
  if ((format->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_opt_set(codec->priv_data, "preset", options.preset.c_str(), 0);
  av_opt_set_double(codec->priv_data, "crf", options.crf, 0);
  if (options.codec == "hevc") {
    const std::string pools = options.threads > 0 ? ":pools=" + std::to_string(options.threads) : "";
    av_opt_set(codec->priv_data, "x265-params", ("log-level=none" + pools).c_str(), 0);
  }
  const int code = avcodec_open2(codec, encoder, nullptr);
  if (code < 0) return Failed("cannot start the encoder", code);
  return {};
}

Status ClipWriter::Impl::StartScaler(int in_width, int in_height, int width, int height) {
  scaler = sws_getContext(in_width, in_height, AV_PIX_FMT_RGB48LE, width, height, codec->pix_fmt,
                          SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr);
  if (scaler == nullptr) return Failed("cannot convert frames", AVERROR(EINVAL));
  const int* matrix = sws_getCoefficients(Hdr() ? SWS_CS_BT2020 : SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
  return {};
}

Status ClipWriter::Impl::Start(int width, int height) {
  int out_width = options.width > 0 ? options.width : width;
  int out_height = options.height > 0 ? options.height : height;
  if (options.rotation_deg % 180 != 0) {
    std::swap(out_width, out_height);
    std::swap(width, height);
  }
  int code = avformat_alloc_output_context2(&format, nullptr, nullptr, path.c_str());
  if (code < 0) return Failed("cannot choose a container", code);
  if (const Status status = StartCodec(out_width, out_height); !status) return Forward(status);
  if (const Status status = StartScaler(width, height, out_width, out_height); !status)
    return Forward(status);
  stream = avformat_new_stream(format, nullptr);
  avcodec_parameters_from_context(stream->codecpar, codec);
  stream->time_base = codec->time_base;
  stream->avg_frame_rate = codec->framerate;
  if (options.rotation_deg != 0) {
    auto* matrix = reinterpret_cast<std::int32_t*>(
        av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
    av_display_rotation_set(matrix, options.rotation_deg);
  }
  code = avio_open(&format->pb, path.c_str(), AVIO_FLAG_WRITE);
  if (code < 0) return Failed("cannot write", code);
  AVDictionary* muxer = nullptr;
  av_dict_set(&muxer, "movflags", "+faststart", 0);
  code = avformat_write_header(format, &muxer);
  av_dict_free(&muxer);
  if (code < 0) return Failed("cannot write the header", code);
  frame = av_frame_alloc();
  frame->format = codec->pix_fmt;
  frame->width = out_width;
  frame->height = out_height;
  packet = av_packet_alloc();
  return {};
}

// R'G'B' in 16 bits, turned as stored.
std::vector<std::uint16_t> ClipWriter::Impl::Signal(const LinearImage& image) const {
  std::vector<std::uint16_t> signal(image.pixels.size());
  const Image sdr = Hdr() ? Image() : ToSrgb(image);
  ParallelFor(image.height, options.threads, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < image.width; ++x) {
      const std::size_t at = (static_cast<std::size_t>(y) * image.width + x) * 3;
      std::uint16_t* out = &signal[3 * Stored(x, y, image.width, image.height, options.rotation_deg)];
      if (!Hdr()) {
        for (int c = 0; c < 3; ++c) out[c] = static_cast<std::uint16_t>(sdr.pixels[at + c] * 257);
        continue;
      }
      const synthetic::Vec3 wide =
          synthetic::Bt2020FromBt709({image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]});
      out[0] = curve(wide.x);
      out[1] = curve(wide.y);
      out[2] = curve(wide.z);
    }
  });
  return signal;
}

Status ClipWriter::Impl::Drain(const AVFrame* input) {
  int code = avcodec_send_frame(codec, input);
  if (code < 0) return Failed("cannot encode", code);
  while ((code = avcodec_receive_packet(codec, packet)) >= 0) {
    if (packet->duration == 0) packet->duration = static_cast<std::int64_t>(kTicks / options.fps);
    av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
    packet->stream_index = stream->index;
    code = av_interleaved_write_frame(format, packet);
    if (code < 0) return Failed("cannot write", code);
  }
  if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) return Failed("cannot encode", code);
  return {};
}

Result<ClipWriter> ClipWriter::Open(const std::filesystem::path& path, const ClipOptions& options) {
  if (const Status valid = options.Validate(); !valid) return Forward(valid);
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->options = options;
  impl->curve = Curve(options.hdr);
  return ClipWriter(std::move(impl));
}

ClipWriter::ClipWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClipWriter::~ClipWriter() = default;
ClipWriter::ClipWriter(ClipWriter&&) noexcept = default;
ClipWriter& ClipWriter::operator=(ClipWriter&&) noexcept = default;

Status ClipWriter::Add(const LinearImage& image, double time_s) {
  if (impl_->codec == nullptr) {
    if (const Status status = impl_->Start(image.width, image.height); !status) return Forward(status);
  }
  const bool sideways = impl_->options.rotation_deg % 180 != 0;
  const int stored_width = sideways ? image.height : image.width;
  const int stored_height = sideways ? image.width : image.height;
  const std::vector<std::uint16_t> signal = impl_->Signal(image);
  // The encoder may still hold the last frame's buffer.
  av_buffer_unref(&impl_->frame->buf[0]);
  av_buffer_unref(&impl_->frame->buf[1]);
  av_buffer_unref(&impl_->frame->buf[2]);
  if (const int code = av_frame_get_buffer(impl_->frame, 0); code < 0)
    return impl_->Failed("no memory", code);
  const std::uint8_t* planes[1] = {reinterpret_cast<const std::uint8_t*>(signal.data())};
  const int strides[1] = {stored_width * 6};
  sws_scale(impl_->scaler, planes, strides, 0, stored_height, impl_->frame->data, impl_->frame->linesize);
  impl_->frame->pts = std::max(impl_->last_pts + 1, static_cast<std::int64_t>(std::llround(time_s * kTicks)));
  impl_->last_pts = impl_->frame->pts;
  return impl_->Drain(impl_->frame);
}

Status ClipWriter::Finish() {
  if (impl_->codec == nullptr)
    return Fail(ErrorCode::kInvalidArgument, impl_->path.string() + ": no frames were added");
  if (const Status status = impl_->Drain(nullptr); !status) return Forward(status);
  if (const int code = av_write_trailer(impl_->format); code < 0) return impl_->Failed("cannot finish", code);
  return {};
}

void QuietEncoders() { av_log_set_level(AV_LOG_FATAL); }

}  // namespace rv
