#include "capture/video/video_jobs.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "capture/pixels/encode.h"
#include "capture/video/cut_off.h"
#include "capture/video/fields.h"
#include "capture/video/frame_workers.h"
#include "capture/video/video_frame.h"
#include "capture/video/video_index.h"
#include "capture/video/video_stream.h"

namespace rv::video {
namespace {

// Frames this far apart are enough to follow a hand-held clip, seconds.
constexpr double kAnalysisGapS = 1.0 / 14;

// Names frames as they come out of the decoder.
class FrameNamer {
 public:
  explicit FrameNamer(const PacketIndex& index) : index_(index) {
    bool any = false;
    for (std::size_t i = 0; i < index.packets.size(); ++i) {
      const PacketInfo& packet = index.packets[i];
      if (index.unique_times && index.number[i] >= 0) rank_[packet.pts] = index.number[i];
      if (packet.pts == kNoTime) continue;
      if (packet.discard) {
        hidden_.insert(packet.pts);
        continue;
      }
      first_ = any ? std::min(first_, packet.pts) : packet.pts;
      any = true;
    }
    for (const PacketInfo& packet : index.packets)  // what is shown at that time is not to be lost
      if (!packet.discard) hidden_.erase(packet.pts);
  }
  // Key, ordinal and time, without the picture; none for a frame that is not to be shown.
  std::optional<SeenFrame> Name(const AVFrame& frame) {
    SeenFrame out{.key = ordinal_, .ordinal = ordinal_};
    const std::int64_t pts = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
    const auto rank = rank_.find(pts);
    if (rank == rank_.end() && hidden_.contains(pts)) return std::nullopt;  // some decoders hand them out
    if (pts != AV_NOPTS_VALUE)
      out.time_s = (static_cast<double>(pts) - static_cast<double>(first_)) * index_.seconds_per_tick;
    if (index_.unique_times) {
      if (rank == rank_.end() || !named_.insert(rank->second).second) {
        ++unnamed_;
        return std::nullopt;
      }
      out.key = rank->second;
    }
    ++ordinal_;
    return out;
  }
  int unnamed() const { return unnamed_; }

 private:
  const PacketIndex& index_;
  std::unordered_map<std::int64_t, int> rank_;  // by time
  std::unordered_set<std::int64_t> hidden_;     // times
  std::unordered_set<int> named_;               // ranks
  std::int64_t first_ = 0;
  int ordinal_ = 0;
  int unnamed_ = 0;
};

using FrameVisitor = std::function<void(FramePtr)>;

void Drain(VideoDecoder& decoder, const FrameVisitor& visit) {
  while (FramePtr frame = decoder.Receive()) visit(std::move(frame));
}

// Decodes what the plan says from a freshly opened stream; true when the file ended early.
bool DecodePlanned(VideoStream& stream,
                   VideoDecoder& decoder,
                   const DecodePlan& plan,
                   const FrameVisitor& visit) {
  std::size_t at = 0;
  bool started = false;
  for (const AVPacket* packet = stream.NextPacket(); packet != nullptr && at < plan.send.size();
       packet = stream.NextPacket(), ++at) {
    if (!plan.send[at]) continue;
    if (plan.flush_before[at] && started) {
      decoder.Send(nullptr);
      Drain(decoder, visit);
      decoder.Reset();
    }
    started = true;
    decoder.Send(packet);
    Drain(decoder, visit);
  }
  decoder.Send(nullptr);
  Drain(decoder, visit);
  return stream.ended_early();
}

struct Indexed {
  MediaProbe probe;
  PacketIndex index;
  bool ended_early = false;
  int tick_num = 0, tick_den = 1;  // the stream's seconds per tick
};

Result<Indexed> ReadIndex(const VideoSource& source) {
  Result<VideoStream> stream = VideoStream::Open(source.fd, source.size, source.name, source.limits);
  if (!stream) return Forward(stream);
  Result<PacketIndex> index = ReadPacketIndex(*stream, source.name, source.limits);
  if (!index) return Forward(index);
  if (source.by_order) {
    index->unique_times = false;
    index->number.clear();
  }
  const bool short_of_header = stream->probe().frames > static_cast<std::int64_t>(index->packets.size());
  return Indexed{.probe = stream->probe(),
                 .index = std::move(*index),
                 .ended_early = stream->ended_early() || short_of_header,
                 .tick_num = stream->stream()->time_base.num,
                 .tick_den = stream->stream()->time_base.den};
}

Result<Indexed> IndexClip(const VideoSource& source) {
  Result<Indexed> clip = ReadIndex(source);
  if (!clip) return tl::unexpected(Explained(clip.error(), source.fd, source.size, source.name));
  return clip;
}

DecodeSummary Summarize(const Indexed& clip, const DecodePlan& plan) {
  return {.packets = static_cast<int>(clip.index.packets.size()),
          .shown = clip.index.shown,
          .sent = plan.sent,
          .unique_times = clip.index.unique_times,
          .ended_early = clip.ended_early};
}

// Opens the clip again, from its start, and decodes by the plan.
Status Decode(const VideoSource& source,
              const DecodePlan& plan,
              DecodeSummary& summary,
              const FrameVisitor& visit) {
  Result<VideoStream> stream = VideoStream::Open(source.fd, source.size, source.name, source.limits);
  if (!stream) return Forward(stream);
  Result<VideoDecoder> decoder = VideoDecoder::Open(*stream, source.threads, plan.rough, source.limits);
  if (!decoder) return Forward(decoder);
  const bool early = DecodePlanned(*stream, *decoder, plan, visit);
  summary.ended_early = summary.ended_early || early;
  summary.errors = decoder->errors();
  summary.doubtful = decoder->doubtful();
  return {};
}

// Named frames on their way out, through the deinterlacer where there is need of one.
class PictureQueue {
 public:
  using Taker = std::function<void(SeenFrame, FramePtr)>;
  PictureQueue(const Indexed& clip, const VideoSource& source, Taker take) : take_(std::move(take)) {
    if (source.deinterlace)
      deinterlacer_.emplace(clip.tick_num, clip.tick_den, kDeinterlacer,
                            DeinterlacerArguments(source.fields));
  }
  void Add(SeenFrame seen, FramePtr frame) {
    if (!deinterlacer_) return take_(std::move(seen), std::move(frame));
    waiting_.push_back(std::move(seen));
    deinterlacer_->Send(std::move(frame));
    TakeFinished();
  }
  void Finish() {
    if (!deinterlacer_) return;
    deinterlacer_->Send(nullptr);
    TakeFinished();
  }

 private:
  void TakeFinished() {
    while (FramePtr frame = deinterlacer_->Receive()) {
      if (waiting_.empty()) return;
      take_(std::move(waiting_.front()), std::move(frame));
      waiting_.pop_front();
    }
  }

  Taker take_;
  std::optional<FrameFilter> deinterlacer_;
  std::deque<SeenFrame> waiting_;
};

}  // namespace

Status ProbeJob(const VideoSource& source, sandbox::RecordSink& sink) {
  const Result<VideoStream> stream = VideoStream::Open(source.fd, source.size, source.name, source.limits);
  if (!stream) return Forward(stream);
  sink.Send(kRecordProbe, WriteProbe(stream->probe()));
  return {};
}

Status AnalyzeJob(const VideoSource& source, const std::vector<int>& keep, sandbox::RecordSink& sink) {
  const Result<Indexed> clip = IndexClip(source);
  if (!clip) return Forward(clip);
  const auto pixels =
      static_cast<std::uint64_t>(clip->probe.width) * static_cast<std::uint64_t>(clip->probe.height);
  const DecodePlan plan =
      PlanAnalysis(clip->index, keep, pixels, source.limits.whole_clip_pixels, kAnalysisGapS);
  DecodeSummary summary = Summarize(*clip, plan);
  sink.Send(kRecordProbe, WriteProbe(clip->probe));
  sink.Send(kRecordPlan, WriteSummary(summary));
  FrameNamer namer(clip->index);
  LightMeter light;
  FieldFinder fields(clip->tick_num, clip->tick_den);
  const Status decoded = Decode(source, plan, summary, [&](FramePtr frame) {
    std::optional<SeenFrame> seen = namer.Name(*frame);
    if (!seen) return;
    light.Add(*frame);
    summary.interlaced += frame->interlaced_frame != 0 ? 1 : 0;
    fields.Add(*frame);
    seen->luma = FrameLuma(*frame);
    sink.Send(kRecordLuma, WriteSeen(*seen));
  });
  if (!decoded) return Forward(decoded);
  summary.unnamed = namer.unnamed();
  summary.content_nits = light.Nits();
  if (summary.interlaced == 0) summary.fields = fields.Order();
  sink.Send(kRecordSummary, WriteSummary(summary));
  return {};
}

Status ExtractJob(const VideoSource& source,
                  const std::vector<int>& keys,
                  int jpeg_quality,
                  bool everything,
                  sandbox::RecordSink& sink) {
  const Result<Indexed> clip = IndexClip(source);
  if (!clip) return Forward(clip);
  const bool all = everything || source.deinterlace;
  const DecodePlan plan = all ? PlanAll(clip->index) : PlanExtraction(clip->index, keys);
  DecodeSummary summary = Summarize(*clip, plan);
  FrameNamer namer(clip->index);
  FrameWorkers workers(clip->probe, source.content_nits, jpeg_quality, source.threads, sink);
  PictureQueue queue(*clip, source, [&](SeenFrame seen, FramePtr frame) {
    if (std::binary_search(keys.begin(), keys.end(), seen.key))
      workers.Add(std::move(seen), std::move(frame));
  });
  const Status decoded = Decode(source, plan, summary, [&](FramePtr frame) {
    if (std::optional<SeenFrame> seen = namer.Name(*frame)) queue.Add(std::move(*seen), std::move(frame));
  });
  queue.Finish();
  workers.Finish();
  if (!decoded) return Forward(decoded);
  sink.Send(kRecordSummary, WriteSummary(summary));
  return {};
}

}  // namespace rv::video
