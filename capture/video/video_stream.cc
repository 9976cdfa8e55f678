#include "capture/video/video_stream.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "capture/input/sniff.h"
#include "capture/video/video_probe.h"
#include "capture/video/video_track.h"

namespace rv::video {
namespace {

constexpr int kIoBuffer = 1 << 16;
static_assert(kNoTime == AV_NOPTS_VALUE);

// Of FFmpeg, in this process. It tells a decoder's owner of some faults only here.
std::atomic<int> complaints{0};

// WebM keeps transparency beside the pictures, where FFmpeg's own VP8 and VP9 decoders do not look. From damaged data
// its VP8 decoder makes other pictures in each run, libvpx the same ones.
const AVCodec* FindDecoder(const AVStream* stream) {
  const AVDictionaryEntry* alpha = av_dict_get(stream->metadata, "alpha_mode", nullptr, 0);
  const AVCodecID id = stream->codecpar->codec_id;
  const AVCodec* better = nullptr;
  if (id == AV_CODEC_ID_VP8) better = avcodec_find_decoder_by_name("libvpx");
  if (alpha != nullptr && std::string_view(alpha->value) == "1") {
    if (id == AV_CODEC_ID_VP9) better = avcodec_find_decoder_by_name("libvpx-vp9");
  }
  return better != nullptr ? better : avcodec_find_decoder(id);
}

}  // namespace

void FrameDeleter::operator()(AVFrame* frame) const { av_frame_free(&frame); }

// FFmpeg's view of the open file.
struct VideoStream::Io {
  int fd = -1;
  std::int64_t size = 0;
  std::int64_t at = 0;
  AVIOContext* context = nullptr;

  ~Io() {
    if (context == nullptr) return;
    av_freep(&context->buffer);
    avio_context_free(&context);
  }
  static int Read(void* opaque, std::uint8_t* out, int want) {
    auto* io = static_cast<Io*>(opaque);
    const std::int64_t take = std::min<std::int64_t>(want, io->size - io->at);
    if (take <= 0) return AVERROR_EOF;
    if (!input::ReadExactly(io->fd, io->at, {out, static_cast<std::size_t>(take)})) return AVERROR(EIO);
    io->at += take;
    return static_cast<int>(take);
  }
  static std::int64_t Seek(void* opaque, std::int64_t offset, int whence) {
    auto* io = static_cast<Io*>(opaque);
    if (whence == AVSEEK_SIZE) return io->size;
    whence &= ~AVSEEK_FORCE;
    if (whence == SEEK_CUR) offset += io->at;
    if (whence == SEEK_END) offset += io->size;
    if (offset < 0) return AVERROR(EINVAL);
    io->at = offset;
    return offset;
  }
};

VideoStream::VideoStream() = default;
VideoStream::VideoStream(VideoStream&& other) noexcept { *this = std::move(other); }
VideoStream& VideoStream::operator=(VideoStream&& other) noexcept {
  std::swap(io_, other.io_);
  std::swap(format_, other.format_);
  std::swap(packet_, other.packet_);
  std::swap(track_, other.track_);
  std::swap(clock_, other.clock_);
  std::swap(ended_early_, other.ended_early_);
  std::swap(probe_, other.probe_);
  return *this;
}
VideoStream::~VideoStream() {
  av_packet_free(&packet_);
  avformat_close_input(&format_);
}

const AVStream* VideoStream::stream() const { return format_->streams[track_]; }
double VideoStream::seconds_per_tick() const { return av_q2d(stream()->time_base); }

Result<VideoStream> VideoStream::Open(int fd,
                                      std::uint64_t size,
                                      const std::string& name,
                                      const CaptureLimits& limits) {
  av_log_set_callback([](void*, int level, const char*, va_list) {
    if (level <= AV_LOG_ERROR) ++complaints;
  });
  VideoStream out;
  out.io_ = std::make_unique<Io>();
  out.io_->fd = fd;
  out.io_->size = static_cast<std::int64_t>(size);
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBuffer));
  out.io_->context = avio_alloc_context(buffer, kIoBuffer, 0, out.io_.get(), &Io::Read, nullptr, &Io::Seek);
  out.format_ = avformat_alloc_context();
  out.packet_ = av_packet_alloc();
  out.format_->pb = out.io_->context;
  // Containers that phones and cameras write. Playlists, which name other files, are not among them.
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg", 0);
  const int opened = avformat_open_input(&out.format_, "clip", nullptr, &options);
  av_dict_free(&options);
  if (opened < 0)
    return Fail(ErrorCode::kCorrupt, name + " has no readable video header: it is damaged or was cut off",
                "copy the clip from the phone again, or record it again");
  if (avformat_find_stream_info(out.format_, nullptr) < 0)
    return Fail(ErrorCode::kCorrupt, name + " has a damaged video header", "record the clip again");
  out.track_ = ChooseTrack(out.format_);
  Result<MediaProbe> probe = ProbeFormat(out.format_, out.track_, name, limits);
  if (!probe) return Forward(probe);
  out.probe_ = std::move(*probe);
  out.probe_.bytes = size;
  out.clock_ = ClipClock(out.seconds_per_tick());
  for (unsigned int i = 0; i < out.format_->nb_streams; ++i)
    if (static_cast<int>(i) != out.track_) out.format_->streams[i]->discard = AVDISCARD_ALL;
  return out;
}

const AVPacket* VideoStream::NextPacket() {
  while (true) {
    av_packet_unref(packet_);
    const int got = av_read_frame(format_, packet_);
    if (got < 0) {
      ended_early_ = got != AVERROR_EOF || (format_->pb != nullptr && format_->pb->error != 0);
      return nullptr;
    }
    if (packet_->stream_index != track_) continue;
    const std::int64_t shift = clock_.Shift(packet_->dts, packet_->pts, packet_->duration);
    packet_->dts = ClipClock::IsTime(packet_->dts) ? packet_->dts + shift : AV_NOPTS_VALUE;
    packet_->pts = ClipClock::IsTime(packet_->pts) ? packet_->pts + shift : AV_NOPTS_VALUE;
    return packet_;
  }
}

Result<VideoDecoder> VideoDecoder::Open(const VideoStream& stream,
                                        int threads,
                                        bool rough,
                                        const CaptureLimits& limits) {
  const AVCodecParameters* parameters = stream.stream()->codecpar;
  const AVCodec* decoder = FindDecoder(stream.stream());
  const auto fail = [&] {
    return Fail(ErrorCode::kUnsupported, Text("no decoder for ", avcodec_get_name(parameters->codec_id)),
                "record the clip as H.264 or HEVC");
  };
  if (decoder == nullptr) return fail();
  VideoDecoder out;
  out.complaints_before_ = complaints;
  out.codec_ = avcodec_alloc_context3(decoder);
  if (avcodec_parameters_to_context(out.codec_, parameters) < 0) return fail();
  out.codec_->pkt_timebase = stream.stream()->time_base;
  // Each thread holds a frame of its own: fewer of them for large pictures, so that memory stays bounded.
  const std::int64_t pixels = static_cast<std::int64_t>(parameters->width) * parameters->height;
  const int most = pixels > 16'000'000 ? 2 : pixels > 4'000'000 ? 6 : 16;
  out.codec_->thread_count = std::clamp(threads, 1, most);
  out.codec_->max_pixels = static_cast<std::int64_t>(limits.max_pixels);
  if (rough) out.codec_->skip_loop_filter = AVDISCARD_ALL;
  out.codec_->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
  if (avcodec_open2(out.codec_, decoder, nullptr) < 0) return fail();
  return out;
}

VideoDecoder::VideoDecoder(VideoDecoder&& other) noexcept { *this = std::move(other); }
VideoDecoder& VideoDecoder::operator=(VideoDecoder&& other) noexcept {
  std::swap(codec_, other.codec_);
  std::swap(errors_, other.errors_);
  std::swap(complaints_before_, other.complaints_before_);
  return *this;
}
VideoDecoder::~VideoDecoder() { avcodec_free_context(&codec_); }

void VideoDecoder::Send(const AVPacket* packet) {
  const int sent = avcodec_send_packet(codec_, packet);
  if (sent < 0 && sent != AVERROR_EOF) ++errors_;
}

FramePtr VideoDecoder::Receive() {
  FramePtr frame(av_frame_alloc());
  constexpr int kMostInARow = 1000;
  for (int tries = 0; tries < kMostInARow; ++tries) {
    const int got = avcodec_receive_frame(codec_, frame.get());
    if (got >= 0) {
      if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) ++errors_;
      return frame;
    }
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return nullptr;
    // A damaged picture: counted, and the next one is asked for. The decoder has moved on by then.
    ++errors_;
  }
  return nullptr;
}

bool VideoDecoder::doubtful() const { return complaints > complaints_before_; }

void VideoDecoder::Reset() { avcodec_flush_buffers(codec_); }

}  // namespace rv::video
