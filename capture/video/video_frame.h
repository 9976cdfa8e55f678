// Decoded video frames as pictures. Decoding process only.
#pragma once

#include <memory>

#include "capture/input/media_probe.h"
#include "capture/pixels/color.h"
#include "scene/image.h"

struct AVFrame;

namespace rv::video {

// The luma plane (or the frame turned gray) shrunk by LumaStep, as stored: not turned upright. Throws
// std::runtime_error for pixel formats that cannot be read.
Image FrameLuma(const AVFrame& frame);

// The brightest content of a clip, for the roll-off of its highlights.
class LightMeter {
 public:
  void Add(const AVFrame& frame);  // SDR frames count for nothing
  // cd/m^2; 0 when no HDR frame could be measured.
  double Nits() const { return measured_ ? peak_.Nits(transfer_) : 0; }

 private:
  pixels::ContentPeak peak_;
  pixels::Transfer transfer_ = pixels::Transfer::kSdr;
  bool measured_ = false;
};

struct ConvertedFrame {
  Image rgb;    // transparent parts on white
  Image matte;  // 1 channel, the alpha; empty when the frame is opaque all over
};

// Converts frames of one clip to upright sRGB: rotation, pixel aspect, range, matrix, HLG/PQ tone mapping, wide
// gamuts, alpha. All have the probe's size but those of another shape (a phone turned while a browser recorded),
// which keep their own. Holds scratch memory: one per thread.
class FrameConverter {
 public:
  // `content_nits`: brightest content of the clip; 0: as its metadata say.
  FrameConverter(const MediaProbe& probe, double content_nits);
  ~FrameConverter();
  FrameConverter(const FrameConverter&) = delete;
  FrameConverter& operator=(const FrameConverter&) = delete;
  ConvertedFrame Convert(const AVFrame& frame);

 private:
  struct State;
  ConvertedFrame ConvertWithAlpha(const AVFrame& frame, int width, int height);
  Image ConvertSdr(const AVFrame& frame, int width, int height);
  Image ConvertByTables(const AVFrame& frame, int width, int height);
  MediaProbe probe_;
  double content_nits_;
  std::unique_ptr<State> state_;
};

}  // namespace rv::video
