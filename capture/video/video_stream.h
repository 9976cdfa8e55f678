// A clip opened with FFmpeg from an open file: headers, packets, decoder. Lives in the decoding process only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "capture/input/limits.h"
#include "capture/input/media_probe.h"
#include "capture/video/clip_clock.h"
#include "capture/video/video_index.h"

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVIOContext;
struct AVPacket;
struct AVStream;

namespace rv::video {

struct FrameDeleter {
  void operator()(AVFrame* frame) const;
};
using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;

class VideoStream {
 public:
  // `name` is for messages. Fails with kCorrupt (no header), kUnsupported (no picture track, unknown codec,
  // over a limit).
  static Result<VideoStream> Open(int fd,
                                  std::uint64_t size,
                                  const std::string& name,
                                  const CaptureLimits& limits);
  VideoStream(VideoStream&&) noexcept;
  VideoStream& operator=(VideoStream&&) noexcept;
  ~VideoStream();

  const MediaProbe& probe() const { return probe_; }
  const AVStream* stream() const;
  double seconds_per_tick() const;

  // The next packet of the picture track, or null at the end; valid until the next call. Its time stamps run on
  // where the file's start again.
  const AVPacket* NextPacket();
  // True when the last NextPacket ended because of damage rather than at the end.
  bool ended_early() const { return ended_early_; }

 private:
  struct Io;
  VideoStream();
  std::unique_ptr<Io> io_;
  AVFormatContext* format_ = nullptr;
  AVPacket* packet_ = nullptr;
  int track_ = -1;
  ClipClock clock_{0};
  bool ended_early_ = false;
  MediaProbe probe_;
};

// Reads every packet of a freshly opened stream. Fails with kUnsupported when the track is encrypted or has
// more packets or seconds than allowed, kInsufficientData when it has none.
Result<PacketIndex> ReadPacketIndex(VideoStream& stream,
                                    const std::string& name,
                                    const CaptureLimits& limits);

class VideoDecoder {
 public:
  // `rough` leaves out the loop filters, a sixth of the time or more: good for looking at frames in small,
  // not for handing them out. Fails with kUnsupported when this build has no decoder for the codec.
  static Result<VideoDecoder> Open(const VideoStream& stream,
                                   int threads,
                                   bool rough,
                                   const CaptureLimits& limits);
  VideoDecoder(VideoDecoder&& other) noexcept;
  VideoDecoder& operator=(VideoDecoder&& other) noexcept;
  ~VideoDecoder();

  // Null flushes at the end. Damaged packets are counted, not fatal.
  void Send(const AVPacket* packet);
  // The next finished frame in order of presentation, or null when more input is needed.
  FramePtr Receive();
  // Forgets all references, after the frames inside have been received.
  void Reset();
  int errors() const { return errors_; }
  // The decoder complained since it was opened, also where it hid what was wrong.
  bool doubtful() const;

 private:
  VideoDecoder() = default;
  AVCodecContext* codec_ = nullptr;
  int errors_ = 0;
  int complaints_before_ = 0;
};

}  // namespace rv::video
