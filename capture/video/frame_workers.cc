#include "capture/video/frame_workers.h"

#include <algorithm>

#include "capture/pixels/encode.h"
#include "capture/pixels/luma.h"
#include "capture/video/video_frame.h"

namespace rv::video {

FrameWorkers::FrameWorkers(
    const MediaProbe& probe, double content_nits, int jpeg_quality, int threads, sandbox::RecordSink& sink)
    : probe_(probe), content_nits_(content_nits), jpeg_quality_(jpeg_quality), sink_(sink) {
  const std::int64_t pixels = static_cast<std::int64_t>(probe.width) * probe.height;
  const int most = pixels > 16'000'000 ? 1 : pixels > 4'000'000 ? 2 : 8;
  for (int i = 0; i < std::clamp(threads, 1, most); ++i) threads_.emplace_back([this] { Work(); });
}

FrameWorkers::~FrameWorkers() {
  try {
    Finish();
  } catch (...) {
    // Reported by the explicit Finish; here the job is failing already.
  }
}

void FrameWorkers::Add(SeenFrame seen, FramePtr frame) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.size() < threads_.size() || failure_; });
  if (failure_) return;
  waiting_.emplace_back(std::move(seen), std::move(frame));
  changed_.notify_all();
}

void FrameWorkers::Finish() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void FrameWorkers::Encode(SeenFrame seen, const AVFrame& frame, FrameConverter& converter) {
  seen.luma = FrameLuma(frame);
  const ConvertedFrame picture = converter.Convert(frame);
  if (!picture.matte.empty())
    seen.luma = pixels::ShrinkRgb(picture.rgb);  // as it is shown, not what lies under
  ChosenFrame chosen{.seen = std::move(seen), .image = pixels::WriteJpeg(picture.rgb, jpeg_quality_)};
  if (!picture.matte.empty()) chosen.matte = pixels::WritePng(picture.matte);
  sink_.Send(kRecordPicture, WriteChosen(chosen));
}

void FrameWorkers::Work() {
  FrameConverter converter(probe_, content_nits_);
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || closed_; });
    if (waiting_.empty()) return;
    auto [seen, frame] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    try {
      Encode(std::move(seen), *frame, converter);
    } catch (...) {
      const std::lock_guard relock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      changed_.notify_all();
    }
  }
}

}  // namespace rv::video
