// One of FFmpeg's filters over the frames of a clip.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "capture/video/video_stream.h"

struct AVFilterContext;
struct AVFilterGraph;

namespace rv::video {

// One frame out for each frame in, in order, some later: it may look at neighbors, so it has to see every frame. Not to be
// copied or moved.
class FrameFilter {
 public:
  // `tick_num` / `tick_den`: seconds of one step of the frames' times. `name`, `arguments`: as FFmpeg's.
  FrameFilter(int tick_num, int tick_den, std::string name, std::string arguments)
      : tick_num_(tick_num), tick_den_(tick_den), name_(std::move(name)), arguments_(std::move(arguments)) {}
  ~FrameFilter();
  FrameFilter(const FrameFilter&) = delete;
  FrameFilter& operator=(const FrameFilter&) = delete;

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
  std::string name_, arguments_;
  AVFilterGraph* graph_ = nullptr;
  AVFilterContext* in_ = nullptr;
  AVFilterContext* out_ = nullptr;
  int width_ = 0, height_ = 0, format_ = -1;
  std::vector<FramePtr> finished_;  // of graphs before a change of size
  std::size_t next_ = 0;            // of `finished_`
};

}  // namespace rv::video
