#include "publish/video_writer.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <cstring>

#include "base/check.h"
#include "base/text.h"

namespace rv::publish {
namespace {

struct Free {
  void operator()(AVFormatContext* p) const {
    if (p->pb) avio_closep(&p->pb);
    avformat_free_context(p);
  }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFilterGraph* p) const { avfilter_graph_free(&p); }
  void operator()(AVFilterInOut* p) const { avfilter_inout_free(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

class Options {
 public:
  explicit Options(const std::vector<std::pair<std::string, std::string>>& pairs) {
    for (const auto& [key, value] : pairs) av_dict_set(&dict_, key.c_str(), value.c_str(), 0);
  }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { av_dict_free(&dict_); }
  AVDictionary** get() { return &dict_; }

 private:
  AVDictionary* dict_ = nullptr;
};

Status Ok(int code, const char* doing) {
  if (code >= 0) return {};
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  if (code == AVERROR(ENOSPC))
    return Fail(ErrorCode::kDevice, Text(doing, ": ", text), "free some space on the disk");
  return Fail(ErrorCode::kInternal, Text("FFmpeg cannot ", doing, ": ", text));
}

}  // namespace

static AVPixelFormat PixelFormat(bool has_alpha) { return has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24; }

struct VideoWriter::State {
  Owned<AVFormatContext> muxer;
  Owned<AVCodecContext> encoder;
  Owned<AVFilterGraph> graph;
  Owned<AVFrame> frame{av_frame_alloc()};
  Owned<AVPacket> packet{av_packet_alloc()};
  AVFilterContext* source = nullptr;  // owned by graph
  AVFilterContext* sink = nullptr;
  AVStream* stream = nullptr;  // owned by muxer
  ShownSize size;
  bool has_alpha = false;
  AVRational frame_time{1, 20};
  int64_t next = 0;

  Status MakeGraph(const VideoFormat& format);
  Status OpenEncoder(const VideoFormat& format);
  Status OpenMuxer(const VideoFormat& format, const std::filesystem::path& path);
  Status PullFrames();
  Status Encode(const AVFrame* picture);
};

Status VideoWriter::State::MakeGraph(const VideoFormat& format) {
  graph.reset(avfilter_graph_alloc());
  graph->nb_threads = 1;
  graph->scale_sws_opts = av_strdup("flags=bicubic+accurate_rnd+bitexact+full_chroma_int");
  const std::string arguments = Text("video_size=", size.width, "x", size.height,
                                     ":pix_fmt=", static_cast<int>(PixelFormat(format.has_alpha)),
                                     ":pixel_aspect=1/1:time_base=", frame_time.num, "/", frame_time.den);
  if (const Status made = Ok(avfilter_graph_create_filter(&source, avfilter_get_by_name("buffer"), "in",
                                                          arguments.c_str(), nullptr, graph.get()),
                             "make a filter");
      !made)
    return made;
  if (const Status made = Ok(avfilter_graph_create_filter(&sink, avfilter_get_by_name("buffersink"), "out",
                                                          nullptr, nullptr, graph.get()),
                             "make a filter");
      !made)
    return made;
  Owned<AVFilterInOut> out(avfilter_inout_alloc());
  Owned<AVFilterInOut> in(avfilter_inout_alloc());
  out->name = av_strdup("in");
  out->filter_ctx = source;
  in->name = av_strdup("out");
  in->filter_ctx = sink;
  AVFilterInOut* inputs = in.release();
  AVFilterInOut* outputs = out.release();
  const int parsed = avfilter_graph_parse_ptr(graph.get(), format.filter.c_str(), &inputs, &outputs, nullptr);
  avfilter_inout_free(&inputs);
  avfilter_inout_free(&outputs);
  if (const Status done = Ok(parsed, "read a filter graph"); !done) return Forward(done);
  return Ok(avfilter_graph_config(graph.get(), nullptr), "set up a filter graph");
}

Status VideoWriter::State::OpenEncoder(const VideoFormat& format) {
  const AVCodec* codec = avcodec_find_encoder_by_name(format.encoder.c_str());
  if (codec == nullptr)
    return Fail(ErrorCode::kUnsupported,
                "this FFmpeg has no encoder " + format.encoder + ", so " + format.muxer + " cannot be made",
                "install an FFmpeg that has it, or export another format");
  encoder.reset(avcodec_alloc_context3(codec));
  encoder->width = av_buffersink_get_w(sink);
  encoder->height = av_buffersink_get_h(sink);
  encoder->pix_fmt = static_cast<AVPixelFormat>(av_buffersink_get_format(sink));
  encoder->time_base = av_buffersink_get_time_base(sink);
  encoder->framerate = av_inv_q(frame_time);
  encoder->sample_aspect_ratio = {1, 1};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_BITEXACT;
  if (muxer->oformat->flags & AVFMT_GLOBALHEADER) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (format.is_yuv) {
    encoder->color_range = AVCOL_RANGE_MPEG;
    encoder->colorspace = AVCOL_SPC_BT709;
    encoder->color_primaries = AVCOL_PRI_BT709;
    encoder->color_trc = AVCOL_TRC_BT709;
  }
  Options options(format.encoder_options);
  if (const Status opened = Ok(avcodec_open2(encoder.get(), codec, options.get()), "open the encoder");
      !opened)
    return Forward(opened);
  RV_CHECK_EQ(av_dict_count(*options.get()), 0);  // an option that the encoder does not know
  return {};
}

Status VideoWriter::State::OpenMuxer(const VideoFormat& format, const std::filesystem::path& path) {
  const std::string url = "file:" + path.string();  // so that no part of the name is taken for a protocol
  stream = avformat_new_stream(muxer.get(), nullptr);
  if (stream == nullptr) return Fail(ErrorCode::kInternal, "out of memory");
  if (Status copied =
          Ok(avcodec_parameters_from_context(stream->codecpar, encoder.get()), "describe the video");
      !copied)
    return copied;
  stream->time_base = encoder->time_base;
  stream->avg_frame_rate = encoder->framerate;
  stream->sample_aspect_ratio = {1, 1};
  muxer->flags |= AVFMT_FLAG_BITEXACT;
  if (const Status opened = Ok(avio_open(&muxer->pb, url.c_str(), AVIO_FLAG_WRITE), "open the output");
      !opened)
    return Forward(opened);
  Options options(format.muxer_options);
  return Ok(avformat_write_header(muxer.get(), options.get()), "write the header");
}

Status VideoWriter::State::Encode(const AVFrame* picture) {
  if (const Status sent = Ok(avcodec_send_frame(encoder.get(), picture), "encode a picture"); !sent)
    return Forward(sent);
  while (true) {
    const int code = avcodec_receive_packet(encoder.get(), packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (const Status received = Ok(code, "encode a picture"); !received) return Forward(received);
    if (packet->duration == 0) packet->duration = av_rescale_q(1, frame_time, encoder->time_base);
    av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
    packet->stream_index = stream->index;
    if (const Status written = Ok(av_interleaved_write_frame(muxer.get(), packet.get()), "write the video");
        !written)
      return written;
  }
}

Status VideoWriter::State::PullFrames() {
  while (true) {
    const int code = av_buffersink_get_frame(sink, frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (const Status pulled = Ok(code, "filter a picture"); !pulled) return Forward(pulled);
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    Status encoded = Encode(frame.get());
    av_frame_unref(frame.get());
    if (!encoded) return Forward(encoded);
  }
}

VideoWriter::VideoWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter::~VideoWriter() = default;

Result<VideoWriter> VideoWriter::Open(const std::filesystem::path& path,
                                      const VideoFormat& format,
                                      ShownSize size,
                                      double fps) {
  av_log_set_level(AV_LOG_ERROR);
  auto state = std::make_unique<State>();
  state->size = size;
  state->has_alpha = format.has_alpha;
  state->frame_time = av_inv_q(av_d2q(fps, 1000));
  const std::string url = "file:" + path.string();
  AVFormatContext* muxer = nullptr;
  const int made = avformat_alloc_output_context2(&muxer, nullptr, format.muxer.c_str(), url.c_str());
  state->muxer.reset(muxer);
  if (made < 0)
    return Fail(ErrorCode::kUnsupported, "this FFmpeg cannot write " + format.muxer,
                "install a complete FFmpeg, or export another format");
  if (const Status done = state->MakeGraph(format); !done) return Forward(done);
  if (const Status done = state->OpenEncoder(format); !done) return Forward(done);
  if (const Status done = state->OpenMuxer(format, path); !done) return Forward(done);
  return VideoWriter(std::move(state));
}

Status VideoWriter::Add(const Image& picture) {
  RV_CHECK(picture.channels == (state_->has_alpha ? 4 : 3) && picture.width == state_->size.width &&
           picture.height == state_->size.height);
  Owned<AVFrame> frame(av_frame_alloc());
  frame->format = PixelFormat(state_->has_alpha);
  frame->width = picture.width;
  frame->height = picture.height;
  frame->pts = state_->next++;
  frame->sample_aspect_ratio = {1, 1};
  frame->color_range = AVCOL_RANGE_JPEG;
  frame->colorspace = AVCOL_SPC_RGB;
  if (const Status got = Ok(av_frame_get_buffer(frame.get(), 0), "hold a picture"); !got) return Forward(got);
  const std::size_t row =
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  for (int y = 0; y < picture.height; ++y)
    std::memcpy(frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0], picture.at(0, y), row);
  if (const Status added = Ok(av_buffersrc_add_frame(state_->source, frame.get()), "filter a picture");
      !added)
    return Forward(added);
  return state_->PullFrames();
}

Status VideoWriter::Finish() {
  if (const Status ended = Ok(av_buffersrc_add_frame(state_->source, nullptr), "end the video"); !ended)
    return Forward(ended);
  if (const Status pulled = state_->PullFrames(); !pulled) return Forward(pulled);
  if (const Status drained = state_->Encode(nullptr); !drained) return Forward(drained);
  if (const Status ended = Ok(av_write_trailer(state_->muxer.get()), "end the video"); !ended)
    return Forward(ended);
  return Ok(avio_closep(&state_->muxer->pb), "close the video");
}

}  // namespace rv::publish
