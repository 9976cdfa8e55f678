#include "capture/video/video_track.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstdint>
#include <tuple>

namespace rv::video {
namespace {

constexpr int kStill = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS;

// Better tracks compare larger.
std::tuple<bool, bool, std::int64_t, bool> Rank(const AVStream* stream) {
  const AVCodecParameters* p = stream->codecpar;
  const bool moves = (stream->disposition & kStill) == 0 && stream->nb_frames != 1;
  return {moves, p->codec_id != AV_CODEC_ID_NONE, std::int64_t{p->width} * p->height,
          (stream->disposition & AV_DISPOSITION_DEFAULT) != 0};
}

}  // namespace

int ChooseTrack(const AVFormatContext* format) {
  int best = -1;
  for (unsigned int i = 0; i < format->nb_streams; ++i) {
    const AVStream* stream = format->streams[i];
    if (stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if (best < 0 || Rank(stream) > Rank(format->streams[best])) best = static_cast<int>(i);
  }
  return best;
}

}  // namespace rv::video
