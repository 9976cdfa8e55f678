#include "capture/video/clip_clock.h"

#include <algorithm>

namespace rv::video {
namespace {

// Decoding times never run back in a sound stream; muxers round, so that a step or two is no restart.
constexpr double kBackByDecodingTimeS = 0.1;
// Presentation times run back by as much as frames are reordered, half a second at most.
constexpr double kBackByPresentationTimeS = 1;
// No camera leaves a hole of this length in a clip; a second recording's clock does.
constexpr double kForwardS = 10;

constexpr std::int64_t kLatest = std::int64_t{1} << 60;

}  // namespace

bool ClipClock::IsTime(std::int64_t time) { return time >= -kLatest && time <= kLatest; }

bool ClipClock::Jumps(std::int64_t now, bool decoding_time) const {
  if (!last_ || decoding_time != last_is_decoding_time_) return false;
  const double passed_s = (static_cast<double>(now) - static_cast<double>(*last_)) * seconds_per_tick_;
  const double back_s = decoding_time ? kBackByDecodingTimeS : kBackByPresentationTimeS;
  return passed_s < -back_s || (step_ > 0 && passed_s > kForwardS);
}

std::int64_t ClipClock::Shift(std::int64_t dts, std::int64_t pts, std::int64_t duration) {
  // Times beyond any clock are damage, or meant to overflow.
  if (!IsTime(dts)) dts = kNoTime;
  if (!IsTime(pts)) pts = kNoTime;
  const bool decoding_time = dts != kNoTime;
  const std::int64_t now = decoding_time ? dts : pts;
  if (now == kNoTime) return shift_;
  if (Jumps(now, decoding_time)) {
    const std::int64_t next = *last_ + std::max<std::int64_t>(step_, 1);
    shift_ = std::clamp(shift_ + (next - now), -kLatest, kLatest);
  } else if (duration > 0) {
    step_ = std::min(duration, kLatest);
  } else if (last_ && now > *last_) {
    step_ = now - *last_;
  }
  last_ = now;
  last_is_decoding_time_ = decoding_time;
  return shift_;
}

}  // namespace rv::video
