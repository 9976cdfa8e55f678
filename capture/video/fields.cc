#include "capture/video/fields.h"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/frame.h>
}

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace rv::video {
namespace {

constexpr int kMostHeight = 1088;  // of interlaced pictures
constexpr int kMostFrames = 150;
constexpr int kFewest = 8;
constexpr int kMuchMore = 4;  // of one order than of the other

}  // namespace

std::string DeinterlacerArguments(FieldOrder order) {
  const char* parity = order == FieldOrder::kTopFirst      ? "tff"
                       : order == FieldOrder::kBottomFirst ? "bff"
                                                           : "auto";
  return Text("mode=send_frame:parity=", parity,
              ":deint=", order == FieldOrder::kAsFlagged ? "interlaced" : "all");
}

FieldFinder::FieldFinder(int tick_num, int tick_den) : filter_(tick_num, tick_den, "idet", "") {}

void FieldFinder::Add(const AVFrame& frame) {
  if (frame.interlaced_frame != 0 || frame.height > kMostHeight || ++seen_ > kMostFrames) return;
  FramePtr copy(av_frame_clone(&frame));
  if (!copy) return;
  filter_.Send(std::move(copy));
  while (const FramePtr looked_at = filter_.Receive()) Count(*looked_at);
}

void FieldFinder::Count(const AVFrame& frame) {
  const AVDictionaryEntry* entry =
      av_dict_get(frame.metadata, "lavfi.idet.multiple.current_frame", nullptr, 0);
  if (entry == nullptr) return;
  const std::string_view kind = entry->value;
  top_ += kind == "tff";
  bottom_ += kind == "bff";
  whole_ += kind == "progressive";
}

FieldOrder FieldFinder::Order() const {
  const int most = std::max(top_, bottom_), least = std::min(top_, bottom_);
  if (most < kFewest || most < kMuchMore * least || most < kMuchMore * whole_) return FieldOrder::kAsFlagged;
  return top_ > bottom_ ? FieldOrder::kTopFirst : FieldOrder::kBottomFirst;
}

}  // namespace rv::video
