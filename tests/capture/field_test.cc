// Inputs of kinds that failed in the field: trimmed and joined clips, phones turned while recording, fields, alpha,
// several tracks, slide shows; ZIPs read by several processes; every input accounted for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "capture/capture.h"
#include "tests/capture/media.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Frames that became part of the sweep and those that did not, each number once and none beyond the last.
void ExpectAllAccountedFor(const Sweep& sweep) {
  std::vector<int> times(static_cast<std::size_t>(sweep.decoded_frames), 0);
  const auto count = [&](int from, int to) {
    ASSERT_GE(from, 0);
    ASSERT_LT(to, sweep.decoded_frames);
    for (int n = from; n <= to; ++n) ++times[static_cast<std::size_t>(n)];
  };
  for (const SweepFrame& frame : sweep.frames) count(frame.source_index, frame.source_index);
  for (const InputRecord& record : sweep.rejected)
    if (record.frames) count(record.frames->from, record.frames->to);
  for (std::size_t n = 0; n < times.size(); ++n) EXPECT_EQ(times[n], 1) << n;
}

// Each chosen frame is the one of its number among the frames that the ffmpeg command shows.
void ExpectRightNumbers(const Sweep& sweep, const std::vector<Image>& truth) {
  ASSERT_EQ(sweep.decoded_frames, static_cast<int>(truth.size()));
  for (const SweepFrame& frame : sweep.frames) {
    const Image picture = Pixels(frame);
    const auto nearest = std::min_element(truth.begin(), truth.end(), [&](const Image& a, const Image& b) {
      return Difference(picture, a) < Difference(picture, b);
    });
    EXPECT_EQ(nearest - truth.begin(), frame.source_index) << frame.name;
  }
}

// As if the clip were large: frames that no other refers to are left out.
CaptureOptions Thinned() {
  CaptureOptions options;
  options.limits.whole_clip_pixels = 1;
  options.max_frames = 12;
  return options;
}

TEST(FieldNumbering, ThinnedClipsWithHiddenFrames) {
  const TempFolder folder;
  const fs::path whole = folder.path() / "whole.mp4";
  RV_NEED_CLIP(MakeClip(whole, "-c:v libx264 -bf 3 -b_strategy 0 -g 60 -pix_fmt yuv420p", 160, "160x120"));
  for (const char* start : {"0.5", "1.3", "2.1", "3.1"}) {
    const fs::path cut = folder.path() / (std::string("cut") + start + ".mp4");
    RV_NEED_CLIP(
        Ffmpeg(std::string("-ss ") + start + " -i '" + whole.string() + "' -c copy '" + cut.string() + "'"));
    const Result<Sweep> sweep = CaptureSweep(cut, Thinned(), {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    ExpectRightNumbers(*sweep, FramesByFfmpeg(cut, folder.path() / start));
    ExpectAllAccountedFor(*sweep);
  }
}

TEST(FieldNumbering, OpenGroupsLateStartsAndFragments) {
  const TempFolder folder;
  const std::string hevc = "-c:v libx265 -x265-params log-level=none:open-gop=1:keyint=20:bframes=4";
  const std::string h264 = "-c:v libx264 -bf 2 -g 24 -pix_fmt yuv420p ";
  const std::pair<const char*, std::string> kinds[] = {
      {"open.mkv", hevc},
      {"late.ts", h264 + "-output_ts_offset 7000"},
      {"negative.mkv", h264 + "-avoid_negative_ts disabled -output_ts_offset -1"},
      {"fragments.mp4", h264 + "-movflags frag_keyframe+empty_moov+default_base_moof"}};
  for (const auto& [name, video] : kinds) {
    const fs::path clip = folder.path() / name;
    RV_NEED_CLIP(MakeClip(clip, video, 60, "160x120"));
    const std::vector<Image> truth = FramesByFfmpeg(clip, folder.path() / (std::string(name) + ".png"));
    CaptureOptions whole;
    whole.max_frames = 12;
    for (const CaptureOptions& options : {Thinned(), whole}) {
      const Result<Sweep> sweep = CaptureSweep(clip, options, {});
      ASSERT_TRUE(sweep.has_value()) << name << ": " << sweep.error().message;
      ExpectRightNumbers(*sweep, truth);
      ExpectAllAccountedFor(*sweep);
    }
  }
}

TEST(FieldNumbering, BothHalvesOfJoinedStreamsAreUsed) {
  const TempFolder folder;
  const fs::path half = folder.path() / "half.ts", joined = folder.path() / "joined.ts";
  RV_NEED_CLIP(MakeClip(half, "-c:v libx264 -bf 2 -g 20 -pix_fmt yuv420p", 50));
  std::vector<std::uint8_t> bytes = ReadBytes(half);
  const std::vector<std::uint8_t> again = bytes;
  bytes.insert(bytes.end(), again.begin(), again.end());
  WriteBytes(joined, bytes);
  const Result<Sweep> sweep = CaptureSweep(joined, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_GE(sweep->decoded_frames, 98);  // the decoder may lose a frame at the seam
  EXPECT_NEAR(sweep->duration_s, 100 / 30.0, 0.15);
  int second = 0;
  for (std::size_t i = 0; i < sweep->frames.size(); ++i) {
    second += sweep->frames[i].source_index >= 50 ? 1 : 0;
    if (i > 0) {
      EXPECT_GT(sweep->frames[i].time_s, sweep->frames[i - 1].time_s);
    }
  }
  EXPECT_GT(3 * second, static_cast<int>(sweep->frames.size()));
  ExpectAllAccountedFor(*sweep);
}

TEST(FieldPictures, APhoneTurnedWhileRecordingKeepsItsShape) {
  const TempFolder folder;
  const fs::path wide = folder.path() / "wide.webm", tall = folder.path() / "tall.webm";
  const fs::path joined = folder.path() / "turned.webm", list = folder.path() / "list.txt";
  const std::string vp8 = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -g 20";
  RV_NEED_CLIP(MakeClip(wide, vp8, 50, "320x180") && MakeClip(tall, vp8, 30, "180x320"));
  const std::string text = "file '" + wide.string() + "'\nfile '" + tall.string() + "'\n";
  WriteBytes(list, {text.begin(), text.end()});
  RV_NEED_CLIP(Ffmpeg("-f concat -safe 0 -i '" + list.string() + "' -c copy '" + joined.string() + "'"));
  const Result<Sweep> sweep = CaptureSweep(joined, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  int wides = 0, talls = 0;
  for (const SweepFrame& frame : sweep->frames) {
    const bool is_wide = frame.source_index < 50;
    (is_wide ? wides : talls) += 1;
    EXPECT_EQ(frame.image.width, is_wide ? 320 : 180) << frame.name;
    EXPECT_EQ(frame.image.height, is_wide ? 180 : 320) << frame.name;
  }
  EXPECT_GT(wides, 5);
  EXPECT_GT(talls, 5);
  ASSERT_EQ(sweep->cuts.size(), 1U);  // perhaps of another item: convert joins the two by their matches
  EXPECT_EQ(sweep->cuts[0].first, 50);
}

// Mean difference of neighboring rows against that of rows two apart: comb teeth raise it far above 1.
double Combing(const Image& picture) {
  double one = 0, two = 0;
  for (int y = 2; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      one += std::abs(picture.at(x, y)[1] - picture.at(x, y - 1)[1]);
      two += std::abs(picture.at(x, y)[1] - picture.at(x, y - 2)[1]);
    }
  return one / std::max(1.0, two);
}

TEST(FieldPictures, FieldsBecomeWholeFrames) {
  const TempFolder folder;
  // Bars that move sideways, 50 fields a second woven into 25 frames.
  const std::string source =
      "-f lavfi -i \"nullsrc=s=320x240:r=50,format=yuv420p,geq=lum='128+90*sin((X+8*N)/9)':cb=128:cr=128\" "
      "-frames:v 60 -vf tinterlace=interleave_top,fieldorder=tff ";
  const std::pair<const char*, const char*> kinds[] = {
      {"field.ts", "-c:v mpeg2video -q:v 3 -flags +ildct+ilme"},
      {"field.mp4", "-c:v libx264 -crf 16 -x264opts tff=1 -flags +ildct+ilme"},
      {"field.avi", "-c:v mpeg2video -q:v 3 -flags +ildct+ilme"},
      {"unflagged.mkv", "-c:v mpeg4 -q:v 2"},
      {"unflagged.mp4", "-c:v libx264 -crf 14 -pix_fmt yuv420p"}};
  for (const auto& [name, codec] : kinds) {
    const fs::path clip = folder.path() / name;
    RV_NEED_CLIP(Ffmpeg(source + codec + " '" + clip.string() + "'"));
    const std::vector<Image> stored = FramesByFfmpeg(clip, folder.path() / (std::string(name) + ".png"));
    ASSERT_GT(stored.size(), 20U);
    EXPECT_GT(Combing(stored[10]), 2) << "the clip itself has no comb teeth: " << name;
    const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    EXPECT_EQ(sweep->decoded_frames, static_cast<int>(stored.size()));
    for (const SweepFrame& frame : sweep->frames)
      EXPECT_LT(Combing(Pixels(frame)), 1.2) << name << frame.name;
  }
}

TEST(FieldPictures, ProgressiveClipsAreNotFiltered) {
  const TempFolder folder;
  const fs::path clip = folder.path() / "p.ts";
  RV_NEED_CLIP(MakeClip(clip, "-c:v mpeg2video -q:v 2", 20));
  const std::vector<Image> truth = FramesByFfmpeg(clip, folder.path() / "png");
  const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  for (const SweepFrame& frame : sweep->frames)
    EXPECT_LT(Difference(Pixels(frame), truth[static_cast<std::size_t>(frame.source_index)]), 6);
}

TEST(FieldPictures, AlphaOfClipsGoesOntoWhiteAsOfPhotos) {
  const TempFolder folder;
  // A red square before nothing; behind the alpha lies green.
  const std::string source =
      "-f lavfi -i "
      "\"nullsrc=s=160x120:r=10,format=rgba,geq=r='if(between(X,40+N,100+N),220,0)':g='if(between(X,40+N,"
      "100+N),0,200)':b=0:a='if(between(X,40+N,100+N),255,0)'\" -frames:v 12 ";
  const std::pair<const char*, const char*> kinds[] = {
      {"alpha.mov", "-c:v qtrle"},
      {"alpha_png.mov", "-c:v png"},
      {"alpha_prores.mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"},
      {"alpha.webm", "-c:v libvpx-vp9 -pix_fmt yuva420p -b:v 1M"}};
  for (const auto& [name, codec] : kinds) {
    const fs::path clip = folder.path() / name;
    RV_NEED_CLIP(Ffmpeg(source + codec + " '" + clip.string() + "'"));
    const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    const SweepFrame& frame = sweep->frames.front();
    const Image picture = Pixels(frame);
    for (int c = 0; c < 3; ++c) EXPECT_GT(picture.at(150, 60)[c], 245) << name;
    const int inside = 70 + frame.source_index;
    EXPECT_NEAR(picture.at(inside, 60)[0], 220, 12) << name;
    EXPECT_NEAR(picture.at(inside, 60)[1], 0, 25) << name;
    ASSERT_FALSE(frame.matte.empty()) << name;
    const Result<Image> matte = Decode(frame.matte, 1);
    ASSERT_TRUE(matte.has_value());
    EXPECT_GT(matte->at(inside, 60)[0], 245) << name;
    EXPECT_LT(matte->at(150, 60)[0], 10) << name;
  }
}

TEST(FieldPictures, TheLargeTrackIsTheClip) {
  const TempFolder folder;
  const fs::path large = folder.path() / "large.mp4", small = folder.path() / "small.mp4";
  RV_NEED_CLIP(MakeClip(large, "-c:v libx264 -pix_fmt yuv420p", 20, "320x240") &&
               MakeClip(small, "-c:v libx264 -pix_fmt yuv420p", 20, "160x90"));
  const std::string both = "-i '" + small.string() + "' -i '" + large.string() + "' -map 0 -map 1 -c copy ";
  for (const char* name : {"two.mp4", "two.mkv"}) {
    const fs::path clip = folder.path() / name;
    RV_NEED_CLIP(Ffmpeg(both + "-disposition:v:0 default -disposition:v:1 0 '" + clip.string() + "'"));
    const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    EXPECT_EQ(sweep->frames[0].image.width, 320) << name;
  }
  // A cover is larger than the clip, but does not move.
  const fs::path cover = folder.path() / "cover.mp4", picture = folder.path() / "cover.jpg";
  WriteBytes(picture, EncodeJpeg(Scenery(800, 800, 1), 90).bytes);
  RV_NEED_CLIP(Ffmpeg("-i '" + large.string() + "' -i '" + picture.string() +
                      "' -map 0 -map 1 -c copy -disposition:v:1 attached_pic '" + cover.string() + "'"));
  const Result<Sweep> sweep = CaptureSweep(cover, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->frames[0].image.width, 320);
}

TEST(FieldPictures, CrossFadesAreNotChosen) {
  const TempFolder folder;
  const std::vector<int> seeds = {1, 9, 21};
  std::string inputs, chain;
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const fs::path photo = folder.path() / (std::to_string(i) + ".jpg");
    WriteBytes(photo, EncodeJpeg(Scenery(320, 240, seeds[i]), 92).bytes);
    inputs += "-loop 1 -t 1.4 -framerate 25 -i '" + photo.string() + "' ";
  }
  const fs::path clip = folder.path() / "slides.mp4";
  RV_NEED_CLIP(
      Ffmpeg(inputs +
             "-filter_complex \"[0][1]xfade=duration=0.4:offset=1[a];[a][2]xfade=duration=0.4:offset=2\" "
             "-c:v libx264 -pix_fmt yuv420p '" +
             clip.string() + "'"));
  const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->cuts.size(), 2U);
  for (const int middle : {10, 37, 62})  // each picture is there
    EXPECT_TRUE(std::any_of(sweep->frames.begin(), sweep->frames.end(), [&](const SweepFrame& frame) {
      return std::abs(frame.source_index - middle) < 15;
    })) << middle;
  for (const SweepFrame& frame : sweep->frames) {
    double nearest = 255;
    for (const int seed : seeds)
      nearest = std::min(nearest, Difference(Pixels(frame), Scenery(320, 240, seed)));
    EXPECT_LT(nearest, 6) << frame.name << " mixes two pictures";
  }
  ExpectAllAccountedFor(*sweep);
}

TEST(FieldCuts, RealClipsWithoutCutsHaveNone) {
  for (const char* name : {"clip_canon_turntable", "clip_dino_kitchen_walk", "clip_shoes_corner_60fps",
                           "clip_sneaker_hanging", "clip_vitamins_hand_rotated"}) {
    const fs::path folder = Shared(std::string("sweeps/") + name + "/video");
    RV_NEED_SHARED(folder);
    const Result<Sweep> sweep = CaptureSweep(folder, {.max_frames = 4}, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    for (const SceneCut& cut : sweep->cuts) ADD_FAILURE() << name << " cut at " << cut.time_s;
  }
}

}  // namespace
}  // namespace rv::testing
