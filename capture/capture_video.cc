#include "capture/capture_video.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "base/parallel.h"
#include "base/text.h"
#include "capture/clip_frame.h"
#include "capture/pixels/encode.h"
#include "capture/select.h"
#include "capture/transitions.h"
#include "capture/video_passes.h"

namespace rv::capture {
namespace {

Status CheckReadable(const Analysis& a, const std::string& name) {
  if (!a.frames.empty()) return {};
  return Fail(ErrorCode::kCorrupt, name + " has no frame that can be decoded", "record the clip again");
}

Status CheckKept(const Analysis& a, const std::vector<int>& keep, const std::string& name) {
  for (const int number : keep)
    if (number < 0 || number >= a.total)
      return Fail(ErrorCode::kInvalidArgument,
                  Text("frame ", number, " is to be kept, but ", name, " has frames 0 to ", a.total - 1),
                  "correct the list of frames to keep");
  return {};
}

// What becomes of each frame, by number.
struct Decisions {
  std::map<int, FrameChoice> chosen;  // selected or kept
  std::vector<std::string> left_out;  // by number; empty: chosen or not looked at
  std::map<int, int> key_of;          // chosen number -> key
  Selection selection;
  std::vector<SceneCut> cuts;
  std::vector<int> mixed;  // numbers of frames that mix two pictures, sorted
};

std::vector<FrameMeasure> Measure(const Analysis& a) {
  std::vector<FrameMeasure> out;
  for (std::size_t i = 0; i < a.frames.size(); ++i) {
    const SeenMeasure& f = a.frames[i];
    out.push_back(
        {.number = a.NumberOf(f),
         .time_s = f.time_s,
         .sharpness = f.sharpness,
         .motion = a.motion[i],
         .thumb = f.thumb,
         .reshaped = i > 0 && (f.width != a.frames[i - 1].width || f.height != a.frames[i - 1].height)});
  }
  return out;
}

// The frames to choose from, those that mix two pictures apart.
struct Choosable {
  std::vector<FrameMeasure> measures;
  std::vector<int> mixed;  // numbers
  std::vector<SceneCut> cuts;
};

Choosable WithoutTransitions(std::vector<FrameMeasure> measures) {
  Choosable out;
  std::vector<bool> mixed(measures.size(), false);
  // Another shape may be another item; where it is a phone that was turned, matches join the two sides.
  for (const FrameMeasure& measure : measures)
    if (measure.reshaped) out.cuts.push_back({measure.number, measure.time_s});
  for (const Transition& t : FindTransitions(measures)) {
    out.cuts.push_back({measures[t.end].number, measures[t.end].time_s});
    for (int i = t.begin; i < t.end; ++i) mixed[i] = true;
  }
  std::sort(out.cuts.begin(), out.cuts.end(),
            [](const SceneCut& a, const SceneCut& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (mixed[i]) out.mixed.push_back(measures[i].number);
    if (!mixed[i]) out.measures.push_back(std::move(measures[i]));
  }
  return out;
}

// A picture of a slide show moves not at all, and may fall between the stops of what does: each scene of which no
// frame was chosen gets its sharpest one.
void ChooseFromEveryScene(const Choosable& choosable, int max_frames, Selection& selection) {
  const auto scene_of = [&](int number) {
    return std::count_if(choosable.cuts.begin(), choosable.cuts.end(),
                         [&](const SceneCut& cut) { return cut.first <= number; });
  };
  std::map<std::ptrdiff_t, std::size_t> sharpest;  // by scene
  std::set<std::ptrdiff_t> shown;
  for (std::size_t i = 0; i < choosable.measures.size(); ++i) {
    const std::ptrdiff_t scene = scene_of(choosable.measures[i].number);
    if (selection.choices[i].selected) shown.insert(scene);
    const auto [best, added] = sharpest.try_emplace(scene, i);
    if (choosable.measures[i].sharpness > choosable.measures[best->second].sharpness) best->second = i;
  }
  for (const auto& [scene, i] : sharpest) {
    if (shown.contains(scene) || selection.selected >= max_frames) continue;
    selection.choices[i] = {.selected = true, .note = "the sharpest of its scene"};
    ++selection.selected;
  }
}

Decisions Decide(const Analysis& a, const CaptureOptions& options) {
  const Choosable choosable = WithoutTransitions(Measure(a));
  Decisions out{.cuts = choosable.cuts, .mixed = choosable.mixed};
  out.selection = SelectFrames(choosable.measures, {.max_frames = options.max_frames});
  ChooseFromEveryScene(choosable, options.max_frames, out.selection);
  out.left_out.resize(std::max(0, a.total));
  for (std::size_t i = 0; i < choosable.measures.size(); ++i) {
    const int number = choosable.measures[i].number;
    const FrameChoice& choice = out.selection.choices[i];
    if (choice.selected) {
      out.chosen[number] = choice;
    } else if (number >= 0 && number < a.total) {
      out.left_out[number] = choice.note;
    }
  }
  for (const int number : choosable.mixed)
    if (number >= 0 && number < a.total) out.left_out[number] = "a cross-fade of two pictures";
  for (const int number : options.keep_frames) {
    if (!out.chosen.contains(number)) out.chosen[number] = {.note = "kept on request"};
    out.left_out[number].clear();
  }
  std::map<int, int> keys;
  for (const SeenMeasure& frame : a.frames) keys[a.NumberOf(frame)] = frame.key;
  for (const auto& [number, choice] : out.chosen)
    out.key_of[number] = keys.contains(number) ? keys[number] : number + a.shift;
  return out;
}

SweepFrame MakeFrame(int number,
                     const FrameChoice& choice,
                     video::ChosenFrame picture,
                     const MediaProbe& probe,
                     const std::set<int>& kept) {
  SweepFrame frame = FrameOfClip(number, std::move(picture), probe);
  frame.kept_by_user = kept.contains(number);
  frame.for_spin = choice.selected && !choice.blurred;
  frame.note = choice.note;
  return frame;
}

// Runs of frames that were not chosen for one reason; frames that were not looked at join the run around them.
void SummarizeLeftOut(const Decisions& d, const std::string& name, std::vector<InputRecord>& out) {
  int first = -1;
  int unseen = 0;
  std::string reason;
  const auto close = [&](int end) {
    if (first < 0) return;
    if (reason.empty()) reason = "between chosen frames";
    if (unseen > 0) reason += Text(" (", unseen, " not decoded: no other frame refers to them)");
    out.push_back(
        {.name = name, .frames = FrameSpan{first, end - 1}, .state = InputState::kLeftOut, .reason = reason});
    first = -1;
    unseen = 0;
    reason.clear();
  };
  for (int n = 0; n < static_cast<int>(d.left_out.size()); ++n) {
    const std::string& why = d.left_out[n];
    if (d.chosen.contains(n)) {
      close(n);
      continue;
    }
    if (!why.empty() && !reason.empty() && why != reason) close(n);
    if (first < 0) first = n;
    if (why.empty()) ++unseen;
    if (!why.empty()) reason = why;
  }
  close(static_cast<int>(d.left_out.size()));
}

void AddWarnings(const Analysis& a, const Decisions& d, Sweep& sweep) {
  if (a.summary.ended_early)
    sweep.warnings.push_back(Text("The clip is cut off: its readable part of ", a.total,
                                  " frames is used; record it again if a side of the item is missing."));
  if (a.summary.errors > 0)
    sweep.warnings.push_back(
        Text("The clip is damaged in ", a.summary.errors, " places; frames around them may look torn."));
  if (d.selection.by_time && a.frames.size() > 1)
    sweep.warnings.push_back(
        "Neither the camera nor the item seems to move in the clip; walk round the item or turn it.");
}

double Duration(const Analysis& a) {
  const std::size_t count = a.frames.size();
  const double last = a.frames.back().time_s - std::min(0.0, a.frames.front().time_s);
  return count > 1 ? last + last / static_cast<double>(std::max(1, a.total - 1)) : a.probe.duration_s;
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

Result<Sweep> Assemble(const Analysis& a,
                       const Decisions& d,
                       std::map<int, video::ChosenFrame> pictures,
                       const CaptureOptions& options,
                       const std::string& name) {
  Sweep sweep{
      .kind = SourceKind::kVideo, .source_name = name, .decoded_frames = a.total, .duration_s = Duration(a)};
  const std::set<int> kept(options.keep_frames.begin(), options.keep_frames.end());
  for (const auto& [number, choice] : d.chosen) {
    const auto picture = pictures.find(d.key_of.at(number));
    if (picture == pictures.end()) {
      sweep.rejected.push_back({.name = name,
                                .frames = FrameSpan{number, number},
                                .state = InputState::kUnread,
                                .reason = "damaged: it does not decode"});
      continue;
    }
    sweep.frames.push_back(MakeFrame(number, choice, std::move(picture->second), a.probe, kept));
  }
  if (sweep.frames.empty())
    return Fail(ErrorCode::kCorrupt, name + " has no frame that can be decoded", "record the clip again");
  SummarizeLeftOut(d, name, sweep.rejected);
  sweep.cuts = d.cuts;
  AddWarnings(a, d, sweep);
  return sweep;
}

}  // namespace

Result<CaptureResult> CaptureVideo(input::OpenFile file,
                                   const std::string& name,
                                   const CaptureOptions& options,
                                   const Progress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  video::VideoSource source{.fd = file.fd(), .size = file.size(), .name = name, .limits = options.limits};
  source.threads = options.threads > 0 ? options.threads : HardwareThreads();
  CaptureOptions sorted = options;
  std::sort(sorted.keep_frames.begin(), sorted.keep_frames.end());
  const Result<Analysis> analysis = AnalyzeClip(source, sorted.keep_frames, progress);
  if (!analysis) return Forward(analysis);
  if (const Status ok = CheckReadable(*analysis, name); !ok) return Forward(ok);
  if (const Status ok = CheckKept(*analysis, sorted.keep_frames, name); !ok) return Forward(ok);
  const Decisions decisions = Decide(*analysis, sorted);
  CaptureResult out;
  out.timings.analyze_s = Seconds(begin);

  const auto extracting = std::chrono::steady_clock::now();
  std::vector<int> keys;
  for (const auto& [number, key] : decisions.key_of) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  const std::uint64_t pixels =
      static_cast<std::uint64_t>(analysis->probe.width) * analysis->probe.height * keys.size();
  Result<std::map<int, video::ChosenFrame>> pictures =
      ExtractFrames(source, keys, pixels::JpegQualityFor(pixels), progress);
  if (!pictures) return Forward(pictures);
  out.timings.extract_s = Seconds(extracting);
  Result<Sweep> sweep = Assemble(*analysis, decisions, std::move(*pictures), sorted, name);
  if (!sweep) return Forward(sweep);
  out.sweep = std::move(*sweep);
  out.clip = KeepOpen(std::move(file), source, *analysis, decisions.mixed, pixels::JpegQualityFor(pixels));
  out.timings.total_s = Seconds(begin);
  return out;
}

}  // namespace rv::capture
