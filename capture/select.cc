#include "capture/select.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/statistics.h"
#include "base/text.h"

namespace rv::capture {
namespace {

// Share of a step to either side of a stop in which sharpness decides.
constexpr double kReach = 0.4;
// Weight of being off the stop against log sharpness: a frame a third of a step off must be 18 % sharper.
constexpr double kOffsetCost = 1.5;
// Softer than this share of the chosen frames around it: posed, but not shown.
constexpr double kBlurredShare = 0.4;
constexpr double kDuplicateLevels = 2.5;
constexpr double kBlurredPhotoShare = 0.2;

// Where the stops are: `count` of them evenly on [first, last] of `at`.
struct Stops {
  std::vector<double> at;  // coordinate of each frame
  double step = 0;
  int count = 1;
};

int CountStops(double total, int frames, const SelectionOptions& o) {
  const int ideal = static_cast<int>(std::lround(total / o.step)) + 1;
  const int distinct = static_cast<int>(std::floor(total / (2 * o.near_duplicate))) + 1;
  const int least = std::min(o.min_frames, distinct);
  return std::clamp(std::max(ideal, least), 1, std::max(1, std::min(o.max_frames, frames)));
}

void SetCount(int count, Stops& stops) {
  stops.count = count;
  stops.step = count > 1 ? (stops.at.back() - stops.at.front()) / (count - 1) : 0;
}

Stops PlaceStops(std::span<const FrameMeasure> frames, const SelectionOptions& o, bool by_time) {
  Stops stops;
  for (const FrameMeasure& f : frames) stops.at.push_back(by_time ? f.time_s : f.motion);
  const double total = stops.at.back() - stops.at.front();
  const int size = static_cast<int>(frames.size());
  SetCount(by_time ? std::max(1, std::min({o.still_frames, o.max_frames, size})) : CountStops(total, size, o),
           stops);
  return stops;
}

// The best frame for one stop, or -1 when none is in its cell.
int PickNear(const Stops& stops, std::span<const FrameMeasure> frames, int stop) {
  const double target = stops.at.front() + stop * stops.step;
  const double half = std::max(stops.step / 2, 1e-12);
  const auto begin = std::lower_bound(stops.at.begin(), stops.at.end(), target - half);
  const auto end = std::upper_bound(begin, stops.at.end(), target + half);
  int best = -1;
  double best_score = 0;
  for (auto it = begin; it != end; ++it) {
    const auto i = static_cast<int>(it - stops.at.begin());
    const double off = std::abs(*it - target) / (2 * half);
    const double far = std::max(0.0, off - kReach) * 100;
    const double score = std::log(std::max(frames[i].sharpness, 1e-6)) - kOffsetCost * off * off - far;
    if (best < 0 || score > best_score) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

// The best frames of all stops, sorted.
std::vector<int> PickAll(const Stops& stops, std::span<const FrameMeasure> frames) {
  std::vector<int> chosen;
  for (int k = 0; k < stops.count; ++k)
    if (const int best = PickNear(stops, frames, k); best >= 0) chosen.push_back(best);
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

// Root mean square difference, gray levels.
double Change(const FrameMeasure& a, const FrameMeasure& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.thumb.size(); ++i)
    sum += (a.thumb[i] - b.thumb[i]) * (a.thumb[i] - b.thumb[i]);
  return std::sqrt(sum / static_cast<double>(a.thumb.size()));
}

// The sharpest frame of the middle third of the time between two frames, or -1 when there is none.
int SharpestBetween(std::span<const FrameMeasure> frames, int first, int last) {
  const double third = (frames[last].time_s - frames[first].time_s) / 3;
  int best = -1;
  for (int i = first + 1; i < last; ++i) {
    const bool middle =
        frames[i].time_s >= frames[first].time_s + third && frames[i].time_s <= frames[last].time_s - third;
    if (middle && (best < 0 || frames[i].sharpness > frames[best].sharpness)) best = i;
  }
  return best;
}

// Frames to add between chosen ones (sorted) that are far apart in time and show different pictures, both
// against what is usual in the clip: there, motion was missed. A standstill keeps its gap, as its ends look
// alike. `most` at most.
std::vector<int> FillGaps(std::span<const FrameMeasure> frames, const std::vector<int>& chosen, int most) {
  constexpr double kLongGap = 2.5;
  constexpr double kOtherPicture = 1.5;
  std::vector<double> spans, changes;
  for (std::size_t k = 1; k < chosen.size(); ++k) {
    spans.push_back(frames[chosen[k]].time_s - frames[chosen[k - 1]].time_s);
    changes.push_back(Change(frames[chosen[k]], frames[chosen[k - 1]]));
  }
  std::vector<int> out;
  if (spans.empty()) return out;
  const double long_gap = kLongGap * UpperMedian(spans);
  const double other = kOtherPicture * UpperMedian(changes);
  std::vector<std::pair<int, int>> gaps;
  for (std::size_t k = chosen.size(); k-- > 1;) gaps.emplace_back(chosen[k - 1], chosen[k]);
  while (!gaps.empty() && static_cast<int>(out.size()) < most) {
    const auto [first, last] = gaps.back();
    gaps.pop_back();
    if (frames[last].time_s - frames[first].time_s <= long_gap ||
        Change(frames[first], frames[last]) <= other)
      continue;
    const int between = SharpestBetween(frames, first, last);
    if (between < 0) continue;
    out.push_back(between);
    gaps.emplace_back(between, last);
    gaps.emplace_back(first, between);
  }
  return out;
}

void MarkBlurred(std::span<const FrameMeasure> frames, const std::vector<int>& chosen, Selection& out) {
  constexpr int kAround = 4;  // few, since a plain side of the item is softer than its others, too
  const int count = static_cast<int>(chosen.size());
  for (int k = 0; k < count; ++k) {
    std::vector<double> around;
    for (int j = std::max(0, k - kAround); j <= std::min(count - 1, k + kAround); ++j)
      around.push_back(frames[chosen[j]].sharpness);
    if (frames[chosen[k]].sharpness >= kBlurredShare * UpperMedian(around)) continue;
    out.choices[chosen[k]].blurred = true;
    out.choices[chosen[k]].note += "; blurred, nothing sharper near";
  }
}

// Why a frame between chosen ones was left out.
std::string LeftOutNote(const Stops& stops, int frame, const std::vector<int>& chosen, bool by_time) {
  const auto after = std::upper_bound(chosen.begin(), chosen.end(), frame);
  double nearest = 1e300;
  if (after != chosen.end()) nearest = std::min(nearest, stops.at[*after] - stops.at[frame]);
  if (after != chosen.begin()) nearest = std::min(nearest, stops.at[frame] - stops.at[*(after - 1)]);
  if (!by_time && nearest < 0.1 * stops.step) return "standstill or near-duplicate of a chosen frame";
  return "between chosen frames that are sharper or better spaced";
}

}  // namespace

Selection SelectFrames(std::span<const FrameMeasure> frames, const SelectionOptions& options) {
  Selection out;
  out.choices.resize(frames.size());
  if (frames.empty()) return out;
  out.by_time = frames.back().motion - frames.front().motion < 2 * options.near_duplicate;
  Stops stops = PlaceStops(frames, options, out.by_time);
  std::vector<int> chosen = PickAll(stops, frames);
  std::vector<int> fill = FillGaps(frames, chosen, options.max_frames / 2);
  if (static_cast<int>(chosen.size() + fill.size()) > options.max_frames) {  // fewer stops make room
    SetCount(options.max_frames - static_cast<int>(fill.size()), stops);
    chosen = PickAll(stops, frames);
    fill = FillGaps(frames, chosen, options.max_frames - static_cast<int>(chosen.size()));
  }
  out.step = stops.step;
  for (std::size_t k = 0; k < chosen.size(); ++k)
    out.choices[chosen[k]] = {
        .selected = true,
        .note = Text(out.by_time ? "no motion seen, evenly in time: stop " : "viewpoint stop ", k + 1, " of ",
                     chosen.size())};
  for (const int i : fill)
    out.choices[i] = {.selected = true, .note = "the picture changed though no motion could be followed"};
  chosen.insert(chosen.end(), fill.begin(), fill.end());
  std::sort(chosen.begin(), chosen.end());
  out.selected = static_cast<int>(chosen.size());
  MarkBlurred(frames, chosen, out);
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (!out.choices[i].selected)
      out.choices[i].note = LeftOutNote(stops, static_cast<int>(i), chosen, out.by_time);
  return out;
}

std::vector<PhotoChoice> JudgePhotos(std::span<const PhotoMeasure> photos) {
  constexpr int kAround = 5;
  std::vector<PhotoChoice> out(photos.size());
  const int count = static_cast<int>(photos.size());
  for (int i = 0; i < count; ++i) {
    if (i > 0 && photos[i].difference < kDuplicateLevels) {
      out[i] = {.for_spin = false, .note = "near-duplicate of the photo before"};
      continue;
    }
    std::vector<double> around;
    for (int j = std::max(0, i - kAround); j <= std::min(count - 1, i + kAround); ++j)
      around.push_back(photos[j].sharpness);
    if (around.size() >= 3 && photos[i].sharpness < kBlurredPhotoShare * UpperMedian(around))
      out[i] = {.for_spin = false, .note = "blurred: much softer than the photos around it"};
  }
  return out;
}

}  // namespace rv::capture
