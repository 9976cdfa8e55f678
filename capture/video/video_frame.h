// Decoded video frames as pictures. Decoding process only.
#pragma once

#include <memory>

#include "capture/input/media_probe.h"
#include "scene/image.h"

struct AVFrame;

namespace rv::video {

// The luma plane (or the frame turned gray) shrunk by LumaStep, as stored: not turned upright. Throws
// std::runtime_error for pixel formats that cannot be read.
Image FrameLuma(const AVFrame& frame);

// Converts frames of one clip to upright sRGB at the probe's size: rotation, pixel aspect, range, matrix,
// HLG/PQ tone mapping and wide gamuts. Holds scratch memory: one per thread.
class FrameConverter {
 public:
  explicit FrameConverter(const MediaProbe& probe);
  ~FrameConverter();
  FrameConverter(const FrameConverter&) = delete;
  FrameConverter& operator=(const FrameConverter&) = delete;
  Image Convert(const AVFrame& frame);

 private:
  struct State;
  Image ConvertSdr(const AVFrame& frame, int width, int height);
  Image ConvertByTables(const AVFrame& frame, int width, int height);
  MediaProbe probe_;
  std::unique_ptr<State> state_;
};

}  // namespace rv::video
