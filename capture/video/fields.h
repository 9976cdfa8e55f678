// Interlaced clips: fields that were exposed a fiftieth of a second apart show as comb teeth wherever something moves.
#pragma once

#include <string>

#include "capture/video/frame_filter.h"
#include "capture/video/video_jobs.h"

namespace rv::video {

// FFmpeg's bwdif, and what it is told: frames that are flagged as interlaced become whole ones; all of them where the order
// of the fields is known from the pictures.
inline constexpr const char* kDeinterlacer = "bwdif";
std::string DeinterlacerArguments(FieldOrder order);

// Tells by the pictures (FFmpeg's idet) whether a clip that is not flagged so is made of fields, and which comes first.
class FieldFinder {
 public:
  FieldFinder(int tick_num, int tick_den);
  // In order; more than the first few seconds, and pictures larger than interlaced ones come, are passed over.
  void Add(const AVFrame& frame);
  // kAsFlagged unless nearly all that moves has comb teeth of one order.
  FieldOrder Order() const;

 private:
  void Count(const AVFrame& frame);

  FrameFilter filter_;
  int seen_ = 0;
  int top_ = 0, bottom_ = 0, whole_ = 0;
};

}  // namespace rv::video
