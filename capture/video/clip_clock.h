// One clock for a clip whose time stamps start again: transport streams joined end to end, a recorder that was
// restarted into the same file.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/video/video_index.h"

namespace rv::video {

// Feed packets in decoding order. Where the clock jumps, everything from there on is shifted so that it runs on
// by one usual step; a clip without a jump keeps its time stamps.
class ClipClock {
 public:
  explicit ClipClock(double seconds_per_tick) : seconds_per_tick_(seconds_per_tick) {}

  // Whether a time stamp is one: not missing, and not so large that sums overflow.
  static bool IsTime(std::int64_t time);
  // Ticks to add to the packet's time stamps. `dts` and `pts` may be kNoTime; `duration` 0 when unknown.
  std::int64_t Shift(std::int64_t dts, std::int64_t pts, std::int64_t duration);

 private:
  bool Jumps(std::int64_t now, bool decoding_time) const;

  double seconds_per_tick_;
  std::optional<std::int64_t> last_;  // as stored, of the packet before
  bool last_is_decoding_time_ = false;
  std::int64_t step_ = 0;   // usual ticks between packets
  std::int64_t shift_ = 0;  // so far
};

}  // namespace rv::video
