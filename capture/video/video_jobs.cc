#include "capture/video/video_jobs.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "capture/pixels/encode.h"
#include "capture/video/frame_workers.h"
#include "capture/video/video_frame.h"
#include "capture/video/video_index.h"
#include "capture/video/video_stream.h"

namespace rv::video {
namespace {

// Frames this far apart are enough to follow a hand-held clip, seconds.
constexpr double kAnalysisGapS = 1.0 / 14;

// Numbers frames as they come out of the decoder.
class FrameNamer {
 public:
  explicit FrameNamer(const PacketIndex& index) : index_(index) {
    bool any = false;
    for (std::size_t i = 0; i < index.packets.size(); ++i) {
      const PacketInfo& packet = index.packets[i];
      if (index.unique_times && index.number[i] >= 0) rank_[packet.pts] = index.number[i];
      if (packet.discard || packet.pts == kNoTime) continue;
      first_ = any ? std::min(first_, packet.pts) : packet.pts;
      any = true;
    }
  }
  // Key, ordinal and time; without the picture.
  SeenFrame Name(const AVFrame& frame) {
    SeenFrame out{.key = ordinal_, .ordinal = ordinal_};
    const std::int64_t pts = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
    if (pts != AV_NOPTS_VALUE)
      out.time_s = (static_cast<double>(pts) - static_cast<double>(first_)) * index_.seconds_per_tick;
    if (const auto found = rank_.find(pts); found != rank_.end()) out.key = found->second;
    ++ordinal_;
    return out;
  }

 private:
  const PacketIndex& index_;
  std::unordered_map<std::int64_t, int> rank_;
  std::int64_t first_ = 0;
  int ordinal_ = 0;
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
};

Result<Indexed> IndexClip(const VideoSource& source) {
  Result<VideoStream> stream = VideoStream::Open(source.fd, source.size, source.name, source.limits);
  if (!stream) return Forward(stream);
  Result<PacketIndex> index = ReadPacketIndex(*stream, source.name, source.limits);
  if (!index) return Forward(index);
  const bool short_of_header = stream->probe().frames > static_cast<std::int64_t>(index->packets.size());
  return Indexed{.probe = stream->probe(),
                 .index = std::move(*index),
                 .ended_early = stream->ended_early() || short_of_header};
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
  return {};
}

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
  const DecodePlan plan = PlanAnalysis(clip->index, keep, pixels, kAnalysisGapS);
  DecodeSummary summary = Summarize(*clip, plan);
  sink.Send(kRecordProbe, WriteProbe(clip->probe));
  sink.Send(kRecordPlan, WriteSummary(summary));
  FrameNamer namer(clip->index);
  const Status decoded = Decode(source, plan, summary, [&](FramePtr frame) {
    SeenFrame seen = namer.Name(*frame);
    seen.luma = FrameLuma(*frame);
    sink.Send(kRecordLuma, WriteSeen(seen));
  });
  if (!decoded) return Forward(decoded);
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
  const DecodePlan plan = everything ? PlanAll(clip->index) : PlanExtraction(clip->index, keys);
  DecodeSummary summary = Summarize(*clip, plan);
  FrameNamer namer(clip->index);
  FrameWorkers workers(clip->probe, jpeg_quality, source.threads, sink);
  const Status decoded = Decode(source, plan, summary, [&](FramePtr frame) {
    SeenFrame seen = namer.Name(*frame);
    if (std::binary_search(keys.begin(), keys.end(), seen.key))
      workers.Add(std::move(seen), std::move(frame));
  });
  workers.Finish();
  if (!decoded) return Forward(decoded);
  sink.Send(kRecordSummary, WriteSummary(summary));
  return {};
}

}  // namespace rv::video
