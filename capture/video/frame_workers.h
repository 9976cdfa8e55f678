// Converts and encodes chosen frames beside the decoder, in the decoding process.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "capture/input/media_probe.h"
#include "capture/sandbox/sandbox.h"
#include "capture/video/video_jobs.h"
#include "capture/video/video_stream.h"

namespace rv::video {

// Sends a kRecordPicture for each frame added, in no particular order. At most one frame waits for each
// worker, so that memory stays bounded: Add blocks meanwhile.
class FrameWorkers {
 public:
  FrameWorkers(
      const MediaProbe& probe, double content_nits, int jpeg_quality, int threads, sandbox::RecordSink& sink);
  ~FrameWorkers();
  void Add(SeenFrame seen, FramePtr frame);
  // Waits until all are sent; rethrows the first exception of a worker.
  void Finish();

 private:
  void Work();
  void Encode(SeenFrame seen, const AVFrame& frame, class FrameConverter& converter);

  const MediaProbe probe_;
  const double content_nits_;  // as FrameConverter's
  const int jpeg_quality_;
  sandbox::RecordSink& sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<SeenFrame, FramePtr>> waiting_;
  bool closed_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace rv::video
