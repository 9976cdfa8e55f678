#include "capture/video/video_probe.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>

#include "base/text.h"

namespace rv::video {
namespace {

std::string Tag(const AVDictionary* tags, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (const AVDictionaryEntry* entry = av_dict_get(tags, key, nullptr, 0)) return entry->value;
  return {};
}

std::string Named(const char* name) {
  return name == nullptr || std::string_view(name) == "unknown" || std::string_view(name) == "reserved"
             ? ""
             : name;
}

void ReadTags(const AVFormatContext* format, const AVStream* stream, MediaProbe& out) {
  std::string focal;
  for (const AVDictionary* tags : {format->metadata, stream->metadata}) {
    if (out.make.empty())
      out.make = Tag(tags, {"com.apple.quicktime.make", "com.android.manufacturer", "make"});
    if (out.model.empty()) out.model = Tag(tags, {"com.apple.quicktime.model", "com.android.model", "model"});
    if (focal.empty()) focal = Tag(tags, {"com.apple.quicktime.camera.focal_length.35mm_equivalent"});
  }
  const double mm = std::strtod(focal.c_str(), nullptr);
  // 36 mm along the longer side: a video is a crop of the still that the number is for.
  if (mm >= 8 && mm <= 400) out.focal_prior_px = mm / 36 * std::max(out.width, out.height);
}

void ReadColor(const AVStream* stream, MediaProbe& out) {
  const AVCodecParameters* p = stream->codecpar;
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(p->format));
  if (format != nullptr) out.bits = format->comp[0].depth;
  out.transfer = Named(av_color_transfer_name(p->color_trc));
  out.primaries = Named(av_color_primaries_name(p->color_primaries));
  out.matrix = Named(av_color_space_name(p->color_space));
  out.full_range = p->color_range == AVCOL_RANGE_JPEG;
  const auto* light = reinterpret_cast<const AVContentLightMetadata*>(
      av_stream_get_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, nullptr));
  const auto* display = reinterpret_cast<const AVMasteringDisplayMetadata*>(
      av_stream_get_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, nullptr));
  if (display != nullptr && display->has_luminance != 0) out.peak_nits = av_q2d(display->max_luminance);
  if (light != nullptr && light->MaxCLL > 0) out.peak_nits = light->MaxCLL;
}

void ReadSize(const AVFormatContext* format, AVStream* stream, MediaProbe& out) {
  const AVCodecParameters* p = stream->codecpar;
  const AVRational aspect =
      av_guess_sample_aspect_ratio(const_cast<AVFormatContext*>(format), stream, nullptr);
  if (aspect.num > 0 && aspect.den > 0) out.pixel_aspect = av_q2d(aspect);
  std::size_t size = 0;
  const auto* matrix = reinterpret_cast<const std::int32_t*>(
      av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size));
  if (matrix != nullptr && size >= 9 * sizeof(std::int32_t)) out.orientation = OrientationOfMatrix(matrix);
  out.width = std::max(1, static_cast<int>(std::lround(p->width * AppliedAspect(out.pixel_aspect))));
  out.height = p->height;
  if (out.orientation >= 5) std::swap(out.width, out.height);
}

Status CheckLimits(const MediaProbe& p, const std::string& name, const CaptureLimits& limits) {
  const auto pixels = static_cast<std::uint64_t>(p.width) * static_cast<std::uint64_t>(p.height);
  if (pixels > limits.max_pixels || std::max(p.width, p.height) > limits.max_side)
    return Fail(ErrorCode::kUnsupported,
                Text(name, " has frames of ", p.width, " x ", p.height, " pixels, more than the limit"),
                "record the clip in 4K or less");
  // Streams with clocks that jump seem to last for hours: those are measured once their clock runs on.
  const bool may_jump = p.container == "mpegts" || p.container == "mpeg";
  if (!may_jump && p.duration_s > limits.max_duration_s)
    return Fail(ErrorCode::kUnsupported,
                Text(name, " lasts ", std::lround(p.duration_s), " s, more than the limit of ",
                     std::lround(limits.max_duration_s), " s"),
                "cut the clip down to the part that goes round the item");
  if (p.frames > limits.max_frames_decoded)
    return Fail(ErrorCode::kUnsupported,
                Text(name, " has ", p.frames, " frames, more than the limit of ", limits.max_frames_decoded),
                "cut the clip down to the part that goes round the item");
  return {};
}

}  // namespace

int OrientationOfMatrix(const std::int32_t m[9]) {
  // Stored (p, q) is shown at x = m0 p + m3 q, y = m1 p + m4 q.
  const std::int64_t straight =
      std::llabs(static_cast<long long>(m[0])) + std::llabs(static_cast<long long>(m[4]));
  const std::int64_t turned =
      std::llabs(static_cast<long long>(m[1])) + std::llabs(static_cast<long long>(m[3]));
  if (straight == 0 && turned == 0) return 1;
  if (straight >= turned) return m[0] >= 0 ? (m[4] >= 0 ? 1 : 4) : (m[4] >= 0 ? 2 : 3);
  return m[3] >= 0 ? (m[1] >= 0 ? 5 : 8) : (m[1] >= 0 ? 6 : 7);
}

double AppliedAspect(double sample_aspect) {
  return std::abs(sample_aspect - 1) < 0.01 || sample_aspect < 0.1 || sample_aspect > 10 ? 1.0
                                                                                         : sample_aspect;
}

Result<MediaProbe> ProbeFormat(const AVFormatContext* format,
                               int track,
                               const std::string& name,
                               const CaptureLimits& limits) {
  MediaProbe out{.video = true};
  out.container = format->iformat->name;
  for (unsigned int i = 0; i < format->nb_streams; ++i)
    out.has_audio = out.has_audio || format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
  const std::span streams(format->streams, format->nb_streams);
  const auto unknown = [](const AVStream* s) { return s->codecpar->codec_id == AV_CODEC_ID_NONE; };
  if (track < 0 && std::all_of(streams.begin(), streams.end(), unknown))
    return Fail(ErrorCode::kCorrupt,
                name + " does not say what its tracks hold: it is damaged or was cut off",
                "copy the clip from the phone again, or record it again");
  if (track < 0)
    return Fail(ErrorCode::kUnsupported,
                name + (out.has_audio ? " has sound but no picture" : " has no picture track"),
                "give a clip recorded with the camera");
  AVStream* stream = format->streams[track];
  const AVCodecParameters* p = stream->codecpar;
  out.codec = avcodec_get_name(p->codec_id);
  if (p->codec_id == AV_CODEC_ID_NONE)
    return Fail(ErrorCode::kUnsupported, name + " uses a video format that is not known here",
                "record the clip as H.264 or HEVC");
  if (p->width <= 0 || p->height <= 0)
    return Fail(ErrorCode::kCorrupt, name + " has no frame size: its picture track is empty or damaged",
                "record the clip again");
  ReadSize(format, stream, out);
  ReadColor(stream, out);
  ReadTags(format, stream, out);
  if (format->duration > 0) out.duration_s = static_cast<double>(format->duration) / AV_TIME_BASE;
  if (stream->avg_frame_rate.num > 0 && stream->avg_frame_rate.den > 0)
    out.frame_rate = av_q2d(stream->avg_frame_rate);
  out.frames = std::max<std::int64_t>(stream->nb_frames, 0);
  if (const Status within = CheckLimits(out, name, limits); !within) return Forward(within);
  return out;
}

}  // namespace rv::video
