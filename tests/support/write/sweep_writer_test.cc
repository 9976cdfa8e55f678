#include "tests/support/write/sweep_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/write/hdr_curves.h"
#include "tests/support/write/suites.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
}

namespace rv {
namespace {

namespace fs = std::filesystem;

SweepScene QuickScene() {
  SweepScene scene;
  scene.object = "box";
  scene.print = "plain";
  scene.width = 160;
  scene.height = 96;
  scene.frames = 12;
  scene.studio = true;
  scene.shadows = false;
  scene.samples = 1;
  return scene;
}

fs::path Folder() {
  QuietEncoders();
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder = fs::path(::testing::TempDir()) / (std::string("rv_sweep_") + info->name());
  fs::remove_all(folder);
  return folder;
}

nlohmann::json ReadJson(const fs::path& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

struct Decoded {
  int frames = 0, width = 0, height = 0, b_frames = 0;
  double rotation = 0;
  AVCodecID codec = AV_CODEC_ID_NONE;
  AVPixelFormat format = AV_PIX_FMT_NONE;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  AVColorSpace space = AVCOL_SPC_UNSPECIFIED;
  std::vector<double> times;
  std::vector<int> first_luma;  // stored picture, 8 bits, row-major
};

Decoded Decode(const fs::path& path) {
  Decoded decoded;
  AVFormatContext* format = nullptr;
  EXPECT_EQ(avformat_open_input(&format, path.c_str(), nullptr, nullptr), 0);
  avformat_find_stream_info(format, nullptr);
  AVStream* stream = format->streams[0];
  if (const auto* matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr)) {
    decoded.rotation = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  }
  const AVCodec* codec = avcodec_find_decoder(stream->codecpar->codec_id);
  decoded.codec = stream->codecpar->codec_id;
  AVCodecContext* context = avcodec_alloc_context3(codec);
  avcodec_parameters_to_context(context, stream->codecpar);
  avcodec_open2(context, codec, nullptr);
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  const auto receive = [&] {
    while (avcodec_receive_frame(context, frame) == 0) {
      if (decoded.frames++ == 0) {
        decoded.width = frame->width;
        decoded.height = frame->height;
        decoded.format = static_cast<AVPixelFormat>(frame->format);
        decoded.transfer = frame->color_trc;
        decoded.space = frame->colorspace;
        const bool deep = frame->format == AV_PIX_FMT_YUV420P10LE;
        for (int y = 0; y < frame->height; ++y) {
          const std::uint8_t* row = frame->data[0] + y * frame->linesize[0];
          for (int x = 0; x < frame->width; ++x) {
            decoded.first_luma.push_back(deep ? (row[2 * x] | row[2 * x + 1] << 8) >> 2 : row[x]);
          }
        }
      }
      decoded.b_frames += frame->pict_type == AV_PICTURE_TYPE_B ? 1 : 0;
      decoded.times.push_back(frame->pts * av_q2d(stream->time_base));
    }
  };
  while (av_read_frame(format, packet) == 0) {
    avcodec_send_packet(context, packet);
    av_packet_unref(packet);
    receive();
  }
  avcodec_send_packet(context, nullptr);
  receive();
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&context);
  avformat_close_input(&format);
  return decoded;
}

TEST(SweepWriter, PhotosPosesAndAttributes) {
  const fs::path folder = Folder();
  SweepSet set{"photos", "test", {QuickScene()}};
  set.rasters = true;
  ASSERT_TRUE(WriteSweepSet(set, folder, {}));
  const nlohmann::json gt = ReadJson(folder / "gt.json");
  ASSERT_EQ(gt["images"].size(), 12u);
  const SyntheticSweep sweep(QuickScene());
  for (const auto& [name, entry] : gt["images"].items()) {
    EXPECT_TRUE(fs::exists(folder / "images" / name));
    EXPECT_EQ(entry["width"], 160);
  }
  const FrameTruth truth = sweep.Truth(3);
  const auto& entry = gt["images"]["0003.jpg"];
  EXPECT_NEAR(entry["t"][2], truth.cam_from_object.translation.z(), 1e-12);
  EXPECT_NEAR(entry["R"][0][2], truth.cam_from_object.rotation.toRotationMatrix()(0, 2), 1e-12);
  EXPECT_NEAR(entry["K"][0][0], sweep.camera().focal_px, 1e-9);
  EXPECT_NEAR(gt["subject"][1], sweep.subject().y(), 1e-9);
  EXPECT_EQ(ReadJson(folder / "meta.json")["item"]["category"], "box");
  EXPECT_TRUE(fs::exists(folder / "depth" / "0003.png"));
  EXPECT_TRUE(fs::exists(folder / "matte" / "0003.png"));
}

TEST(SweepWriter, ClipDecodesToItsFramesWithBFrames) {
  const fs::path folder = Folder();
  SweepSet set{"clip", "test", {QuickScene()}, ClipOptions{.preset = "medium"}};
  ASSERT_TRUE(WriteSweepSet(set, folder, {}));
  const Decoded clip = Decode(folder / "video" / "clip.mp4");
  EXPECT_EQ(clip.frames, 12);
  EXPECT_EQ(clip.codec, AV_CODEC_ID_H264);
  EXPECT_EQ(clip.width, 160);
  EXPECT_EQ(clip.rotation, 0);
  EXPECT_GT(clip.b_frames, 0);
  EXPECT_NEAR(clip.times[5] - clip.times[0], 5 / 30.0, 1e-6);
  EXPECT_EQ(ReadJson(folder / "gt_video.json")["images"].size(), 12u);
  EXPECT_TRUE(ReadJson(folder / "gt_video.json")["images"].contains("000011"));
  // Upright pixels are where the truth has them.
  const Image first = SyntheticSweep(QuickScene()).Render(0);
  double difference = 0;
  for (int y = 0; y < 96; ++y) {
    for (int x = 0; x < 160; ++x) {
      const std::uint8_t* p = first.at(x, y);
      const double luma = 16 + (0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]) * 219 / 255;
      difference += std::abs(luma - clip.first_luma[y * 160 + x]);
    }
  }
  EXPECT_LT(difference / (96 * 160), 3);
}

TEST(SweepWriter, SidewaysClipsTurnBackByTheirMatrix) {
  const fs::path folder = Folder();
  for (const int rotation : {90, 180, 270}) {
    SweepSet set{"clip", "test", {QuickScene()}, ClipOptions{.rotation_deg = rotation}};
    ASSERT_TRUE(WriteSweepSet(set, folder, {}));
    const Decoded clip = Decode(folder / "video" / "clip.mp4");
    EXPECT_EQ(clip.width, rotation == 180 ? 160 : 96);
    // FFmpeg states the turn counter-clockwise.
    EXPECT_NEAR(std::remainder(clip.rotation + rotation, 360), 0, 1e-6);
    const Image first = SyntheticSweep(QuickScene()).Render(0);
    double difference = 0;
    for (int y = 0; y < 96; ++y) {
      for (int x = 0; x < 160; ++x) {
        // A clockwise quarter turn takes stored (column, row) to upright (height - 1 - row, column).
        const int at = rotation == 90    ? (159 - x) * 96 + y
                       : rotation == 180 ? (95 - y) * 160 + 159 - x
                                         : x * 96 + 95 - y;
        const std::uint8_t* p = first.at(x, y);
        const double luma = 16 + (0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]) * 219 / 255;
        difference += std::abs(luma - clip.first_luma[at]);
      }
    }
    EXPECT_LT(difference / (96 * 160), 3) << rotation;
  }
}

TEST(SweepWriter, HdrClipsAreTenBitWithTheirTags) {
  const fs::path folder = Folder();
  for (const std::string hdr : {"hlg", "pq"}) {
    SweepSet set{
        "clip", "test", {QuickScene()}, ClipOptions{.codec = "hevc", .hdr = hdr, .preset = "ultrafast"}};
    set.scenes[0].frames = 5;
    ASSERT_TRUE(WriteSweepSet(set, folder, {}));
    const Decoded clip = Decode(folder / "video" / "clip.mp4");
    EXPECT_EQ(clip.frames, 5);
    EXPECT_EQ(clip.codec, AV_CODEC_ID_HEVC);
    EXPECT_EQ(clip.format, AV_PIX_FMT_YUV420P10LE);
    EXPECT_EQ(clip.transfer, hdr == "pq" ? AVCOL_TRC_SMPTE2084 : AVCOL_TRC_ARIB_STD_B67);
    EXPECT_EQ(clip.space, AVCOL_SPC_BT2020_NCL);
    // The first frame's luma is the curve of its light.
    const LinearImage light = SyntheticSweep(set.scenes[0]).RenderLinear(0);
    double difference = 0;
    for (std::size_t i = 0; i < clip.first_luma.size(); ++i) {
      const synthetic::Vec3 wide =
          synthetic::Bt2020FromBt709({light.pixels[3 * i], light.pixels[3 * i + 1], light.pixels[3 * i + 2]});
      const auto signal = [&](float c) {
        return hdr == "pq" ? synthetic::PqSignal(c * 203) : synthetic::HlgSignal(c * 0.265F);
      };
      const double luma = 0.2627 * signal(wide.x) + 0.678 * signal(wide.y) + 0.0593 * signal(wide.z);
      difference += std::abs(16 + 219 * luma - clip.first_luma[i]);
    }
    EXPECT_LT(difference / clip.first_luma.size(), 3) << hdr;
  }
}

TEST(SweepWriter, VariableRateKeepsTheTruthsTimes) {
  const fs::path folder = Folder();
  SweepSet set{"clip", "test", {QuickScene()}, ClipOptions{}};
  set.scenes[0].variable_rate = true;
  ASSERT_TRUE(WriteSweepSet(set, folder, {}));
  const Decoded clip = Decode(folder / "video" / "clip.mp4");
  const nlohmann::json gt = ReadJson(folder / "gt_video.json");
  ASSERT_EQ(clip.frames, 12);
  for (int i = 1; i < 12; ++i) {
    char key[8];
    std::snprintf(key, sizeof(key), "%06d", i);
    const double expected =
        gt["images"][key]["time_s"].get<double>() - gt["images"]["000000"]["time_s"].get<double>();
    EXPECT_NEAR(clip.times[i] - clip.times[0], expected, 2e-4);
  }
}

TEST(SweepWriter, SeveralPlacesInOneFolderHaveNoTruth) {
  const fs::path folder = Folder();
  SweepSet set{"places", "test", {QuickScene(), QuickScene()}};
  set.scenes[0].frames = set.scenes[1].frames = 2;
  ASSERT_TRUE(WriteSweepSet(set, folder, {}));
  EXPECT_TRUE(fs::exists(folder / "images" / "0003.jpg"));
  EXPECT_FALSE(fs::exists(folder / "gt.json"));
}

TEST(SweepWriter, RefusesContradictions) {
  EXPECT_FALSE(ClipOptions{.hdr = "hlg"}.Validate()) << "H.264 with HDR";
  EXPECT_FALSE(ClipOptions{.rotation_deg = 45}.Validate());
  EXPECT_FALSE(WriteSweepSet({"x", "y", {QuickScene(), QuickScene()}, ClipOptions{}}, Folder(), {}));
}

TEST(Suites, AreKnownValidAndDistinct) {
  std::set<std::string> names;
  std::size_t count = 0;
  for (const std::string& suite : SuiteNames()) {
    const std::vector<SweepSet> sets = MakeSuite(suite);
    EXPECT_FALSE(sets.empty()) << suite;
    for (const SweepSet& set : sets) {
      names.insert(set.name);
      ++count;
      for (const SweepScene& scene : set.scenes) EXPECT_TRUE(scene.Validate()) << set.name;
      EXPECT_TRUE(!set.clip || set.clip->Validate()) << set.name;
    }
  }
  EXPECT_EQ(names.size(), count);
  EXPECT_EQ(MakeSuite("walkrounds12").size(), 12u);
  EXPECT_TRUE(MakeSuite("no such suite").empty());
}

}  // namespace
}  // namespace rv
