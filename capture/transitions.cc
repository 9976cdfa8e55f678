#include "capture/transitions.h"

#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::capture {
namespace {

// Root mean square difference of two thumbs without their means, gray levels: exposure that drifts is no cut.
constexpr double kOtherScene = 18;
// A cut's change against the largest of the changes around it. A jerk of the hand that is taken for a cut does no
// harm: its two sides match, and count as one scene.
constexpr double kStandsOut = 1.8;
constexpr int kAround = 6;  // frames to either side
// A cross-fade: length, and how well its frames are a mean of its ends, against the difference of the ends.
constexpr double kShortestFadeS = 0.15, kLongestFadeS = 2;
constexpr double kMixture = 0.12;
constexpr double kOnePicture = 0.05;  // a smaller share of the other picture is not seen
// The pictures at the ends of a fade against the changes before and after it.
constexpr double kFadeStandsOut = 3;

double Mean(const Thumb& thumb) {
  double sum = 0;
  for (const std::uint8_t value : thumb) sum += value;
  return sum / static_cast<double>(thumb.size());
}

double Distance(const FrameMeasure& a, const FrameMeasure& b) {
  const double mean = Mean(a.thumb) - Mean(b.thumb);
  double sum = 0;
  for (std::size_t i = 0; i < a.thumb.size(); ++i) {
    const double d = a.thumb[i] - b.thumb[i] - mean;
    sum += d * d;
  }
  return std::sqrt(sum / static_cast<double>(a.thumb.size()));
}

// `frame` as (1 - share) * from + share * to: the share, and what is left over (root mean square).
struct Mixture {
  double share = 0;
  double left_over = 0;
};
Mixture FitMixture(const FrameMeasure& from, const FrameMeasure& frame, const FrameMeasure& to) {
  double along = 0, length = 0;
  for (std::size_t i = 0; i < frame.thumb.size(); ++i) {
    const double d = to.thumb[i] - from.thumb[i];
    along += d * (frame.thumb[i] - from.thumb[i]);
    length += d * d;
  }
  Mixture out{.share = length > 0 ? along / length : 0};
  double sum = 0;
  for (std::size_t i = 0; i < frame.thumb.size(); ++i) {
    const double mixed = from.thumb[i] + out.share * (to.thumb[i] - from.thumb[i]);
    sum += (frame.thumb[i] - mixed) * (frame.thumb[i] - mixed);
  }
  out.left_over = std::sqrt(sum / static_cast<double>(frame.thumb.size()));
  return out;
}

class TransitionFinder {
 public:
  explicit TransitionFinder(std::span<const FrameMeasure> frames)
      : frames_(frames), count_(static_cast<int>(frames.size())), steps_(frames.size(), 0) {
    for (int i = 1; i < count_; ++i)
      steps_[i] = frames_[i].reshaped ? 0 : Distance(frames_[i - 1], frames_[i]);
  }

  std::vector<Transition> Find() const {
    std::vector<Transition> out;
    for (int i = 1; i < count_; ++i) {
      if (IsCut(i)) {
        out.push_back({i, i});
      } else if (const int to = FadeEnd(i); to > i) {
        out.push_back(Trimmed(i - 1, to));
        i = to;
      }
    }
    return out;
  }

 private:
  // The largest change near frame i, but for that into it.
  double LargestAround(int i) const {
    double largest = 0;
    for (int k = std::max(1, i - kAround); k <= std::min(count_ - 1, i + kAround); ++k)
      if (k != i) largest = std::max(largest, steps_[k]);
    return largest;
  }

  bool IsCut(int i) const {
    if (steps_[i] < kOtherScene || count_ < 4) return false;
    // Few frames a second change much from one to the next all along; a cut at either end shows on one side only.
    if (steps_[i] < kStandsOut * LargestAround(i)) return false;
    const int before = std::max(0, i - 3), after = std::min(count_ - 1, i + 2);
    return Distance(frames_[before], frames_[after]) > 0.6 * steps_[i];  // a flash returns
  }

  // A fade whose first mixed frame is `begin`: index of the first frame after it, or 0.
  int FadeEnd(int begin) const {
    const int from = begin - 1;
    if (steps_[begin] <= 0) return 0;
    int found = 0;
    for (int to = begin + 1; to < count_; ++to) {
      const double length_s = frames_[to].time_s - frames_[from].time_s;
      if (length_s > kLongestFadeS || frames_[to].reshaped) break;
      if (length_s >= kShortestFadeS && IsFade(from, to)) found = to;
      if (found > 0 && to > found + 1) break;
    }
    return found;
  }

  // The part of a fade in which both pictures are seen; around it the clip may go on moving.
  Transition Trimmed(int from, int to) const {
    Transition out{to, to};
    for (int i = to - 1; i > from; --i) {
      const double share = FitMixture(frames_[from], frames_[i], frames_[to]).share;
      if (share > kOnePicture && share < 1 - kOnePicture) out.begin = i;
      if (share >= 1 - kOnePicture) out.end = i;
    }
    return out;
  }

  bool IsFade(int from, int to) const {
    if (to - from < 4) return false;
    const double apart = Distance(frames_[from], frames_[to]);
    if (apart < kOtherScene) return false;
    // As quick a change before or after it means that the clip moves like this on its own.
    const int length = to - from;
    const int before = std::max(0, from - length), after = std::min(count_ - 1, to + length);
    const double around =
        std::max(Distance(frames_[before], frames_[from]), Distance(frames_[to], frames_[after]));
    if (apart < kFadeStandsOut * around) return false;
    // Mixed all the way: neither end is part of it, nor is one of its steps all of it.
    const double middle = FitMixture(frames_[from], frames_[(from + to) / 2], frames_[to]).share;
    if (middle < 0.2 || middle > 0.8) return false;
    double last = 0;
    for (int i = from + 1; i < to; ++i) {
      const Mixture mixture = FitMixture(frames_[from], frames_[i], frames_[to]);
      if (mixture.left_over > kMixture * apart || mixture.share < last - 0.02) return false;
      last = mixture.share;
    }
    return last < 0.995;
  }

  std::span<const FrameMeasure> frames_;
  int count_;
  std::vector<double> steps_;  // change into each frame
};

// Frames at least this far apart, so that the length of a fade bounds the work however many frames a clip has.
std::vector<int> Thinned(std::span<const FrameMeasure> frames) {
  constexpr double kLeastGapS = 1.0 / 32;
  std::vector<int> out;
  for (int i = 0; i < static_cast<int>(frames.size()); ++i)
    if (out.empty() || frames[i].time_s - frames[out.back()].time_s >= kLeastGapS) out.push_back(i);
  return out;
}

// The largest change of the frames after `from`, up to `to`.
int LargestStep(std::span<const FrameMeasure> frames, int from, int to) {
  int at = to;
  double largest = -1;
  for (int i = from + 1; i <= to; ++i)
    if (const double step = Distance(frames[i - 1], frames[i]); step > largest) {
      largest = step;
      at = i;
    }
  return at;
}

}  // namespace

std::vector<Transition> FindTransitions(std::span<const FrameMeasure> frames) {
  const std::vector<int> index = Thinned(frames);
  std::vector<FrameMeasure> few;
  for (std::size_t k = 0; k < index.size(); ++k) {
    few.push_back(frames[index[k]]);
    for (int i = k > 0 ? index[k - 1] + 1 : 0; i < index[k]; ++i)
      few.back().reshaped = few.back().reshaped || frames[i].reshaped;
  }
  std::vector<Transition> out;
  for (const Transition& found : TransitionFinder(few).Find()) {
    if (found.begin == found.end) {
      const int at = LargestStep(frames, index[found.end - 1], index[found.end]);
      out.push_back({at, at});
    } else {
      out.push_back({index[found.begin - 1] + 1, index[found.end]});
    }
  }
  return out;
}

}  // namespace rv::capture
