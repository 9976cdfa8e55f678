// Animations are decoded again with the FFmpeg libraries (WebP with its own): size, order, length, colors.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}
#include <gtest/gtest.h>
#include <webp/demux.h>

#include <cmath>

#include "publish/export.h"
#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

using testing::MakeUpView;
using testing::Slurp;
using testing::TempFolder;
using testing::ViewOfColor;

struct Film {
  std::string codec;
  std::string pixel_format;
  int width = 0, height = 0;
  double seconds = 0;
  std::vector<std::array<int, 3>> middles;  // color in the middle of each picture
  AVColorSpace space = AVCOL_SPC_UNSPECIFIED;
};

std::array<int, 3> Middle(const AVFrame* frame) {
  SwsContext* scaler =
      sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), frame->width,
                     frame->height, AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr);
  if (frame->colorspace == AVCOL_SPC_BT709)
    sws_setColorspaceDetails(scaler, sws_getCoefficients(SWS_CS_ITU709), 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(frame->width) * frame->height * 3 + 64);
  std::uint8_t* planes[] = {rgb.data()};
  const int strides[] = {frame->width * 3};
  sws_scale(scaler, frame->data, frame->linesize, 0, frame->height, planes, strides);
  sws_freeContext(scaler);
  const std::uint8_t* p =
      &rgb[(static_cast<std::size_t>(frame->height / 2) * frame->width + frame->width / 2) * 3];
  return {p[0], p[1], p[2]};
}

Film Watch(const std::filesystem::path& path) {
  Film film;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) return film;
  avformat_find_stream_info(format, nullptr);
  const AVCodecParameters* parameters = format->streams[0]->codecpar;
  const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
  AVCodecContext* codec = avcodec_alloc_context3(decoder);
  avcodec_parameters_to_context(codec, parameters);
  avcodec_open2(codec, decoder, nullptr);
  film.codec = decoder->name;
  film.seconds = static_cast<double>(format->duration) / AV_TIME_BASE;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  for (bool more = true; more;) {
    more = av_read_frame(format, packet) >= 0;
    avcodec_send_packet(codec, more ? packet : nullptr);
    av_packet_unref(packet);
    while (avcodec_receive_frame(codec, frame) >= 0) {
      film.width = frame->width;
      film.height = frame->height;
      film.space = frame->colorspace;
      film.pixel_format = std::to_string(frame->format);
      film.middles.push_back(Middle(frame));
    }
  }
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
  avformat_close_input(&format);
  return film;
}

std::vector<int> Order(const Film& film, int views) {
  std::vector<int> order;
  for (const auto& color : film.middles) order.push_back(ViewOfColor(color, views));
  return order;
}

TEST(Animation, ClosedRingIsShownOnceRoundAtItsSpeed) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 24});
  const std::pair<const char*, const char*> formats[] = {{"mp4", "h264"}, {"webm", "vp9"}, {"gif", "gif"}};
  std::vector<int> expected;
  for (int i = 0; i < 24; ++i) expected.push_back(i);
  for (const auto& [format, codec] : formats) {
    ASSERT_TRUE(Export(view, format, folder / format, {.fps = 10}, {})) << format;
    const Film film = Watch(folder / format);
    EXPECT_NE(film.codec.find(codec), film.codec.npos) << film.codec;
    EXPECT_EQ(Order(film, 24), expected) << format;
    EXPECT_NEAR(film.seconds, 2.4, 0.02) << format;
    EXPECT_EQ(film.width, 160);
    EXPECT_EQ(film.height, 120);
    for (std::size_t i = 0; i < film.middles.size(); ++i)
      for (std::size_t c = 0; c < 3; ++c)
        EXPECT_NEAR(film.middles[i][c], testing::ColorOf(static_cast<int>(i))[c], 14)
            << format << " view " << i;
  }
}

TEST(Animation, OpenArcGoesThereAndBackWithoutAJump) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 5, .arc_deg = 60}), "mp4", folder / "a.mp4", {.turns = 2}, {}));
  EXPECT_EQ(Order(Watch(folder / "a.mp4"), 5),
            (std::vector<int>{0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1}));
}

TEST(Animation, OddSizesLoseTheLastColumnAndRow) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 3, .width = 161, .height = 91});
  for (const char* format : {"mp4", "webm"}) {
    ASSERT_TRUE(Export(view, format, folder / format, {}, {}));
    const Film film = Watch(folder / format);
    EXPECT_EQ(film.width, 160);
    EXPECT_EQ(film.height, 90);
    EXPECT_EQ(film.pixel_format, std::to_string(AV_PIX_FMT_YUV420P));
    EXPECT_EQ(film.space, AVCOL_SPC_BT709);
  }
}

TEST(Animation, LongSideIsLimited) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 3}), "gif", folder / "a.gif", {.max_side_px = 80}, {}));
  const Film film = Watch(folder / "a.gif");
  EXPECT_EQ(film.width, 80);
  EXPECT_EQ(film.height, 60);
}

TEST(Animation, Mp4HasItsIndexBeforeThePicturesAndNoDate) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 6}), "mp4", folder / "a.mp4", {}, {}));
  const std::string bytes = Slurp(folder / "a.mp4");
  const std::size_t index = bytes.find("moov");
  ASSERT_NE(index, bytes.npos);
  EXPECT_LT(index, bytes.find("mdat"));
  const std::size_t header = bytes.find("mvhd");
  EXPECT_EQ(bytes.substr(header + 4, 12), std::string(12, '\0'))
      << "version, flags, creation and change time";
}

TEST(Animation, QualityTradesBytes) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.views = 6});
  for (const char* format : {"mp4", "webm", "webp", "html", "frames"}) {
    const auto size = [&](int quality) {
      const auto out = folder / (std::string(format) + std::to_string(quality));
      EXPECT_TRUE(Export(view, format, out, {.quality = quality}, {}));
      return std::filesystem::is_directory(out) ? std::filesystem::file_size(out / "frame_0001.webp")
                                                : std::filesystem::file_size(out);
    };
    EXPECT_LT(size(10), size(95)) << format;
  }
}

TEST(Animation, WebpShowsEachViewForItsTimeAndForEver) {
  const TempFolder folder;
  ASSERT_TRUE(Export(MakeUpView({.views = 6}), "webp", folder / "a.webp", {.fps = 8}, {}));
  const std::string bytes = Slurp(folder / "a.webp");
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPAnimDecoder* decoder = WebPAnimDecoderNew(&data, nullptr);
  ASSERT_NE(decoder, nullptr);
  WebPAnimInfo info;
  WebPAnimDecoderGetInfo(decoder, &info);
  EXPECT_EQ(info.loop_count, 0u);
  EXPECT_EQ(info.frame_count, 6u);
  std::vector<int> order, ends;
  std::uint8_t* rgba = nullptr;
  for (int end = 0; WebPAnimDecoderGetNext(decoder, &rgba, &end); ends.push_back(end)) {
    const std::uint8_t* p = rgba + (60 * 160 + 80) * 4;
    order.push_back(ViewOfColor({p[0], p[1], p[2]}, 6));
  }
  WebPAnimDecoderDelete(decoder);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(ends, (std::vector<int>{125, 250, 375, 500, 625, 750}));
}

}  // namespace
}  // namespace rv
