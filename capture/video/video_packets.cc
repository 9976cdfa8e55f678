// The pass over all packets that comes before any decoding.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <algorithm>

#include "base/text.h"
#include "capture/video/video_stream.h"

namespace rv::video {
namespace {

NalCodec CodecOf(const AVStream* stream) {
  if (stream->codecpar->codec_id == AV_CODEC_ID_H264) return NalCodec::kH264;
  if (stream->codecpar->codec_id == AV_CODEC_ID_HEVC) return NalCodec::kHevc;
  return NalCodec::kNone;
}

Status CheckPacket(const AVPacket* packet,
                   std::size_t count,
                   const std::string& name,
                   const CaptureLimits& limits) {
  if (count >= static_cast<std::size_t>(limits.max_frames_decoded))
    return Fail(ErrorCode::kUnsupported, Text(name, " has more than ", limits.max_frames_decoded, " frames"),
                "cut the clip down to the part that goes round the item");
  if (av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr)
    return Fail(ErrorCode::kUnsupported, name + " is encrypted", "give a clip without copy protection");
  return {};
}

Status CheckDuration(const PacketIndex& index, const std::string& name, const CaptureLimits& limits) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool any = false;
  for (const PacketInfo& packet : index.packets) {
    if (packet.pts == kNoTime || packet.discard) continue;
    first = any ? std::min(first, packet.pts) : packet.pts;
    last = any ? std::max(last, packet.pts) : packet.pts;
    any = true;
  }
  const double seconds = (static_cast<double>(last) - static_cast<double>(first)) * index.seconds_per_tick;
  if (seconds <= limits.max_duration_s) return {};
  return Fail(ErrorCode::kUnsupported,
              Text(name, " lasts longer than the limit of ", static_cast<int>(limits.max_duration_s), " s"),
              "cut the clip down to the part that goes round the item");
}

}  // namespace

Result<PacketIndex> ReadPacketIndex(VideoStream& stream,
                                    const std::string& name,
                                    const CaptureLimits& limits) {
  const NalCodec codec = CodecOf(stream.stream());
  const AVCodecParameters* parameters = stream.stream()->codecpar;
  const int length_size = NalLengthSize(
      codec, {parameters->extradata, static_cast<std::size_t>(std::max(parameters->extradata_size, 0))});
  PacketIndex index{.seconds_per_tick = stream.seconds_per_tick()};
  std::vector<NalPicture> pictures;
  int top_layer = 0;
  while (const AVPacket* packet = stream.NextPacket()) {
    if (const Status ok = CheckPacket(packet, index.packets.size(), name, limits); !ok) return Forward(ok);
    index.packets.push_back({.pts = packet->pts == AV_NOPTS_VALUE ? kNoTime : packet->pts,
                             .key = (packet->flags & AV_PKT_FLAG_KEY) != 0,
                             .discard = (packet->flags & AV_PKT_FLAG_DISCARD) != 0});
    pictures.push_back(ReadNalPicture(codec, length_size,
                                      {packet->data, static_cast<std::size_t>(std::max(packet->size, 0))}));
    top_layer = std::max(top_layer, pictures.back().temporal_id);
  }
  if (index.packets.empty())
    return Fail(ErrorCode::kInsufficientData, name + " has a picture track without any frame",
                "record the clip again");
  for (std::size_t i = 0; i < pictures.size(); ++i)
    index.packets[i].droppable =
        !pictures[i].reference && pictures[i].temporal_id == top_layer && !index.packets[i].key;
  if (const Status ok = CheckDuration(index, name, limits); !ok) return Forward(ok);
  NumberPackets(index);
  return index;
}

}  // namespace rv::video
