// Whole frames out of interlaced ones, by FFmpeg's bwdif: fields that were exposed a fiftieth of a second apart
// show as comb teeth wherever something moves.
#pragma once

#include <vector>

#include "capture/video/video_stream.h"

struct AVFilterContext;
struct AVFilterGraph;

namespace rv::video {

// One frame out for each frame in, in order, some later; frames that are not flagged as interlaced pass as they
// are. Looks at neighbors, so it has to see every frame. Not to be copied or moved.
class Deinterlacer {
 public:
  // `seconds_per_tick` as numerator and denominator.
  Deinterlacer(int tick_num, int tick_den) : tick_num_(tick_num), tick_den_(tick_den) {}
  ~Deinterlacer();
  Deinterlacer(const Deinterlacer&) = delete;
  Deinterlacer& operator=(const Deinterlacer&) = delete;

  // Null ends the clip. Throws std::runtime_error when the filter cannot be set up.
  void Send(FramePtr frame);
  // The next finished frame, or null when more input is needed.
  FramePtr Receive();

 private:
  void Open(const AVFrame& frame);
  bool Fits(const AVFrame& frame) const;
  void Drain();

  int tick_num_;
  int tick_den_;
  AVFilterGraph* graph_ = nullptr;
  AVFilterContext* in_ = nullptr;
  AVFilterContext* out_ = nullptr;
  int width_ = 0, height_ = 0, format_ = -1;
  std::vector<FramePtr> finished_;  // of graphs before a change of size
  std::size_t next_ = 0;            // of `finished_`
};

}  // namespace rv::video
