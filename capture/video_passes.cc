#include "capture/video_passes.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "capture/motion.h"

namespace rv::capture {
namespace {

// Progress: looking takes about this share of the time.
constexpr double kAnalyzeShare = 0.6;

tl::unexpected<Error> Crashed(const std::string& name, const sandbox::SandboxEnd& end) {
  if (end.out_of_memory)
    return Fail(ErrorCode::kUnsupported, name + " needs more memory to decode than is allowed",
                "record the clip in 4K or less");
  return Fail(ErrorCode::kCorrupt, name + " cannot be decoded: the decoder was stopped (" + end.how + ")",
              "the clip is damaged; record it again");
}

// Only a compromised decoder counts like this.
tl::unexpected<Error> Nonsense(const std::string& name) {
  return Fail(ErrorCode::kCorrupt, name + ": the decoder answered nonsense",
              "the clip is damaged; record it again");
}

std::function<Status()> TickOf(const Progress& progress, const double& fraction) {
  return [&progress, &fraction]() -> Status {
    if (!Report(progress, "decode", fraction)) return Cancelled();
    return {};
  };
}

class Analyzer {
 public:
  Analyzer(const video::VideoSource& source, const Progress& progress)
      : source_(source), progress_(progress) {}

  Result<Analysis> Run(const std::vector<int>& keep) {
    const sandbox::SandboxJob job{
        .run = [&](sandbox::RecordSink& sink) { return video::AnalyzeJob(source_, keep, sink); },
        .keep_fds = {source_.fd}};
    const auto handler = [&](std::uint32_t type, std::span<const std::uint8_t> record) {
      return Handle(type, record);
    };
    const Result<sandbox::SandboxEnd> end =
        sandbox::RunSandboxed(job, source_.limits, handler, TickOf(progress_, fraction_));
    if (!end) return Forward(end);
    if (end->crashed) return Crashed(source_.name, *end);
    Finish();
    return std::move(out_);
  }

 private:
  Status Handle(std::uint32_t type, std::span<const std::uint8_t> record) {
    if (type == video::kRecordProbe) {
      Result<MediaProbe> probe = video::ReadProbe(record);
      if (!probe) return Forward(probe);
      out_.probe = std::move(*probe);
    } else if (type == video::kRecordPlan || type == video::kRecordSummary) {
      const Result<video::DecodeSummary> summary = video::ReadSummary(record);
      if (!summary) return Forward(summary);
      if (summary->packets > source_.limits.max_frames_decoded || summary->shown > summary->packets)
        return Nonsense(source_.name);
      out_.summary = *summary;
    } else if (type == video::kRecordLuma) {
      return HandleFrame(record);
    }
    return {};
  }

  Status HandleFrame(std::span<const std::uint8_t> record) {
    const Result<video::SeenFrame> seen = video::ReadSeen(record);
    if (!seen) return Forward(seen);
    if (seen->key > 2 * source_.limits.max_frames_decoded) return Nonsense(source_.name);
    if (out_.frames.size() > static_cast<std::size_t>(source_.limits.max_frames_decoded) * 2)
      return Fail(ErrorCode::kCorrupt, source_.name + " holds more frames than it says",
                  "record the clip again");
    // Times that run backwards (a broken clip) would upset what follows.
    const double time =
        out_.frames.empty() ? seen->time_s : std::max(seen->time_s, out_.frames.back().time_s);
    out_.frames.push_back({.key = seen->key,
                           .ordinal = seen->ordinal,
                           .time_s = time,
                           .sharpness = Sharpness(seen->luma),
                           .thumb = MakeThumb(seen->luma),
                           .width = seen->luma.width,
                           .height = seen->luma.height});
    meter_.Add(seen->luma, time);
    fraction_ = kAnalyzeShare *
                std::min(1.0, static_cast<double>(out_.frames.size()) / std::max(1, out_.summary.sent));
    return {};
  }

  void Finish() {
    std::vector<double> times;
    for (const SeenMeasure& f : out_.frames) times.push_back(f.time_s);
    out_.motion = AccumulateMotion(meter_.samples(), times);
    out_.by_key = out_.summary.unique_times && out_.summary.sent < out_.summary.packets;
    out_.total = static_cast<int>(out_.frames.size());
    if (!out_.by_key) return;
    // The first frames were all sent to the decoder: ranks below the first were never shown.
    out_.shift = std::numeric_limits<int>::max();
    for (const SeenMeasure& f : out_.frames) out_.shift = std::min(out_.shift, f.key);
    if (out_.frames.empty()) out_.shift = 0;
    out_.total = out_.summary.shown - out_.shift;
  }

  const video::VideoSource& source_;
  const Progress& progress_;
  Analysis out_;
  MotionMeter meter_;
  double fraction_ = 0;
};

class Extractor {
 public:
  Extractor(const video::VideoSource& source, const Progress& progress)
      : source_(source), progress_(progress) {}

  // Frames by key. Those that the shortcut did not yield are asked for again from the whole clip.
  Result<std::map<int, video::ChosenFrame>> Run(const std::vector<int>& keys, int jpeg_quality) {
    wanted_ = keys.size();
    if (const Status first = Attempt(keys, jpeg_quality, false); !first) return Forward(first);
    if (source_.threads != 1 && damaged_) {
      source_.threads = 1;
      out_.clear();
      if (const Status again = Attempt(keys, jpeg_quality, false); !again) return Forward(again);
    }
    std::vector<int> missing;
    for (const int key : keys)
      if (!out_.contains(key)) missing.push_back(key);
    if (!missing.empty())
      if (const Status second = Attempt(missing, jpeg_quality, true); !second) return Forward(second);
    return std::move(out_);
  }

 private:
  Status Attempt(const std::vector<int>& keys, int jpeg_quality, bool everything) {
    const sandbox::SandboxJob job{.run =
                                      [&](sandbox::RecordSink& sink) {
                                        return video::ExtractJob(source_, keys, jpeg_quality, everything,
                                                                 sink);
                                      },
                                  .keep_fds = {source_.fd}};
    const auto handler = [&](std::uint32_t type, std::span<const std::uint8_t> record) -> Status {
      if (type == video::kRecordSummary) {
        const Result<video::DecodeSummary> summary = video::ReadSummary(record);
        if (!summary) return Forward(summary);
        damaged_ = summary->errors > 0 || summary->doubtful;
      }
      if (type != video::kRecordPicture) return {};
      Result<video::ChosenFrame> frame = video::ReadChosen(record);
      if (!frame) return Forward(frame);
      out_[frame->seen.key] = std::move(*frame);
      fraction_ = kAnalyzeShare +
                  (1 - kAnalyzeShare) * static_cast<double>(out_.size()) / static_cast<double>(wanted_);
      return {};
    };
    const Result<sandbox::SandboxEnd> end =
        sandbox::RunSandboxed(job, source_.limits, handler, TickOf(progress_, fraction_));
    if (!end) return Forward(end);
    if (end->crashed) return Crashed(source_.name, *end);
    return {};
  }

  video::VideoSource source_;
  const Progress& progress_;
  bool damaged_ = false;  // in the last attempt
  std::map<int, video::ChosenFrame> out_;
  std::size_t wanted_ = 1;
  double fraction_ = kAnalyzeShare;
};

}  // namespace

Result<Analysis> AnalyzeClip(video::VideoSource& source,
                             const std::vector<int>& keep,
                             const Progress& progress) {
  Result<Analysis> analysis = Analyzer(source, progress).Run(keep);
  if (analysis && source.threads != 1 && video::NeedsOneThread(analysis->summary)) {
    source.threads = 1;
    analysis = Analyzer(source, progress).Run(keep);
  }
  if (analysis && analysis->summary.unnamed > 0) {
    source.by_order = true;
    analysis = Analyzer(source, progress).Run(keep);
  }
  if (analysis) {
    source.fields = analysis->summary.fields;
    source.deinterlace = analysis->summary.interlaced > 0 || source.fields != video::FieldOrder::kAsFlagged;
    source.content_nits = analysis->summary.content_nits;
  }
  return analysis;
}

Result<std::map<int, video::ChosenFrame>> ExtractFrames(const video::VideoSource& source,
                                                        const std::vector<int>& keys,
                                                        int jpeg_quality,
                                                        const Progress& progress) {
  return Extractor(source, progress).Run(keys, jpeg_quality);
}

}  // namespace rv::capture
