#include "capture/video/frame_filter.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/frame.h>
}

#include <stdexcept>

#include "base/text.h"

namespace rv::video {
namespace {

[[noreturn]] void Fails() { throw std::runtime_error("a filter of frames cannot be set up"); }

}  // namespace

FrameFilter::~FrameFilter() { avfilter_graph_free(&graph_); }

bool FrameFilter::Fits(const AVFrame& frame) const {
  return graph_ != nullptr && frame.width == width_ && frame.height == height_ && frame.format == format_;
}

void FrameFilter::Open(const AVFrame& frame) {
  avfilter_graph_free(&graph_);
  graph_ = avfilter_graph_alloc();
  if (graph_ == nullptr) Fails();
  graph_->nb_threads = 1;  // the frames before and after it are decoded side by side already
  const std::string source = Text("video_size=", frame.width, "x", frame.height, ":pix_fmt=", frame.format,
                                  ":time_base=", tick_num_, "/", tick_den_);
  AVFilterContext* filter = nullptr;
  if (avfilter_graph_create_filter(&in_, avfilter_get_by_name("buffer"), "in", source.c_str(), nullptr,
                                   graph_) < 0 ||
      avfilter_graph_create_filter(&filter, avfilter_get_by_name(name_.c_str()), name_.c_str(),
                                   arguments_.c_str(), nullptr, graph_) < 0 ||
      avfilter_graph_create_filter(&out_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr,
                                   graph_) < 0 ||
      avfilter_link(in_, 0, filter, 0) < 0 || avfilter_link(filter, 0, out_, 0) < 0 ||
      avfilter_graph_config(graph_, nullptr) < 0)
    Fails();
  width_ = frame.width;
  height_ = frame.height;
  format_ = frame.format;
}

void FrameFilter::Drain() {
  while (true) {
    FramePtr frame(av_frame_alloc());
    if (av_buffersink_get_frame(out_, frame.get()) < 0) return;
    finished_.push_back(std::move(frame));
  }
}

void FrameFilter::Send(FramePtr frame) {
  if (frame && !Fits(*frame)) {
    if (graph_ != nullptr) Send(nullptr);
    Open(*frame);
  }
  if (graph_ == nullptr) return;
  if (av_buffersrc_add_frame(in_, frame.get()) < 0) Fails();
  Drain();
}

FramePtr FrameFilter::Receive() {
  if (next_ == finished_.size()) {
    finished_.clear();
    next_ = 0;
    return nullptr;
  }
  return std::move(finished_[next_++]);
}

}  // namespace rv::video
