// Clips made with the ffmpeg command: numbering, rotation, aspect, color, skipping, damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "capture/capture.h"
#include "capture/probe.h"
#include "tests/capture/media.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

CaptureOptions KeepAll(int frames) {
  CaptureOptions options;
  options.keep_frames.resize(frames);
  std::iota(options.keep_frames.begin(), options.keep_frames.end(), 0);
  options.threads = 2;
  return options;
}

const SweepFrame* Find(const Sweep& sweep, int number) {
  for (const SweepFrame& frame : sweep.frames)
    if (frame.source_index == number) return &frame;
  return nullptr;
}

// Every frame under its number, compared with what the command writes as that number.
void ExpectNumberedAsFfmpeg(const std::filesystem::path& clip,
                            const std::filesystem::path& folder,
                            double tolerance) {
  const std::vector<Image> truth = FramesByFfmpeg(clip, folder);
  ASSERT_GT(truth.size(), 5U);
  const Result<Sweep> sweep = CaptureSweep(clip, KeepAll(static_cast<int>(truth.size())), {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->decoded_frames, static_cast<int>(truth.size()));
  ASSERT_EQ(sweep->frames.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Image picture = Pixels(sweep->frames[i]);
    EXPECT_LT(Difference(picture, truth[i]), tolerance) << sweep->frames[i].name;
    if (i > 0) {
      EXPECT_GT(Difference(picture, truth[i - 1]), Difference(picture, truth[i])) << i;
      EXPECT_GT(sweep->frames[i].time_s, sweep->frames[i - 1].time_s);
    }
  }
}

TEST(VideoNumbering, FollowsPresentationOrderWithBFrames) {
  const TempFolder folder;
  const auto clip = folder.path() / "b.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -bf 3 -g 20 -pix_fmt yuv420p"));
  ExpectNumberedAsFfmpeg(clip, folder.path() / "png", 6);
}

TEST(VideoNumbering, HoldsForHevcInMovAndVp9InWebm) {
  const TempFolder folder;
  const auto hevc = folder.path() / "h.mov";
  RV_NEED_CLIP(MakeClip(hevc, "-c:v libx265 -x265-params log-level=none:bframes=4:keyint=25 -tag:v hvc1"));
  ExpectNumberedAsFfmpeg(hevc, folder.path() / "png", 6);
  const auto vp9 = folder.path() / "v.webm";
  RV_NEED_CLIP(MakeClip(vp9, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p", 20));
  ExpectNumberedAsFfmpeg(vp9, folder.path() / "png9", 6);
}

TEST(VideoNumbering, LeavesOutWhatTheEditListCuts) {
  const TempFolder folder;
  const auto whole = folder.path() / "whole.mp4";
  const auto cut = folder.path() / "cut.mp4";
  RV_NEED_CLIP(MakeClip(whole, "-c:v libx264 -bf 2 -g 60 -pix_fmt yuv420p"));
  // Copying from the middle of a group of pictures leaves an edit list that hides its beginning.
  RV_NEED_CLIP(Ffmpeg("-ss 0.7 -i '" + whole.string() + "' -c copy '" + cut.string() + "'"));
  ExpectNumberedAsFfmpeg(cut, folder.path() / "png", 6);
}

TEST(VideoNumbering, HoldsForVariableFrameRate) {
  const TempFolder folder;
  const auto clip = folder.path() / "vfr.mp4";
  RV_NEED_CLIP(
      MakeClip(clip, "-vf \"select='not(mod(n,2))+lt(n,20)'\" -vsync vfr -c:v libx264 -pix_fmt yuv420p"));
  ExpectNumberedAsFfmpeg(clip, folder.path() / "png", 6);
}

TEST(VideoNumbering, IsExactWhenFramesAreSkipped) {
  const TempFolder folder;
  const auto clip = folder.path() / "large.mp4";
  // Large enough that not every frame is decoded.
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -preset ultrafast -bf 3 -b_strategy 0 -g 40 -pix_fmt yuv420p",
                        150, "3840x2160"));
  CaptureOptions options;
  options.keep_frames = {0, 37, 71, 148};
  options.max_frames = 2;
  const Result<Sweep> sweep = CaptureSweep(clip, options, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->decoded_frames, 150);
  const bool skipped = std::any_of(sweep->rejected.begin(), sweep->rejected.end(), [](const InputRecord& r) {
    return r.reason.find("not decoded") != std::string::npos;
  });
  EXPECT_TRUE(skipped);
  // Each frame is told from all others at a small size.
  const std::vector<Image> truth =
      FramesByFfmpeg(clip, folder.path() / "png", "-vf scale=480:270:flags=area");
  ASSERT_EQ(truth.size(), 150U);
  for (const SweepFrame& frame : sweep->frames) {
    const Image small = Resize(Pixels(frame), 480, 270);
    const auto nearest = std::min_element(truth.begin(), truth.end(), [&](const Image& a, const Image& b) {
      return Difference(small, a) < Difference(small, b);
    });
    EXPECT_EQ(nearest - truth.begin(), frame.source_index);
  }
  for (const int number : options.keep_frames) {
    const SweepFrame* kept = Find(*sweep, number);
    ASSERT_NE(kept, nullptr) << number;
    EXPECT_TRUE(kept->kept_by_user);
  }
}

TEST(ClipFrames, AreFetchedAsIfTheyHadBeenChosen) {
  const TempFolder folder;
  const auto clip = folder.path() / "clip.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -bf 3 -b_strategy 0 -g 20 -pix_fmt yuv420p", 60));
  CaptureOptions options;
  options.max_frames = 4;
  options.threads = 2;
  const Result<CaptureResult> few = CaptureTimed(clip, options, {});
  ASSERT_TRUE(few) << few.error().message;
  ASSERT_TRUE(few->clip);
  ASSERT_EQ(few->clip->candidates().size(), 60U);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(few->clip->candidates()[static_cast<std::size_t>(i)].number, i);
  const std::vector<int> numbers{3, 4, 17, 41, 59};
  std::filesystem::remove(clip);  // it is open
  const Result<std::vector<SweepFrame>> fetched = few->clip->Fetch(numbers, {});
  ASSERT_TRUE(fetched) << fetched.error().message;
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -bf 3 -b_strategy 0 -g 20 -pix_fmt yuv420p", 60));
  options.keep_frames = numbers;
  const Result<Sweep> chosen = CaptureSweep(clip, options, {});
  ASSERT_TRUE(chosen) << chosen.error().message;
  ASSERT_EQ(fetched->size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const SweepFrame* same = Find(*chosen, numbers[i]);
    ASSERT_NE(same, nullptr);
    EXPECT_EQ((*fetched)[i].name, same->name);
    EXPECT_EQ((*fetched)[i].time_s, same->time_s);
    EXPECT_EQ((*fetched)[i].sharpness, same->sharpness);
    EXPECT_EQ((*fetched)[i].image.bytes, same->image.bytes);
  }
}

TEST(VideoRotation, IsAppliedAsTheDisplayMatrixSays) {
  const TempFolder folder;
  const auto plain = folder.path() / "plain.mp4";
  RV_NEED_CLIP(MakeClip(plain, "-c:v libx264 -pix_fmt yuv420p", 8));
  for (const int degrees : {90, 180, 270}) {
    const auto turned = folder.path() / ("turned" + std::to_string(degrees) + ".mp4");
    RV_NEED_CLIP(Ffmpeg("-i '" + plain.string() + "' -c copy -metadata:s:v:0 rotate=" +
                        std::to_string(degrees) + " '" + turned.string() + "'"));
    ExpectNumberedAsFfmpeg(turned, folder.path() / std::to_string(degrees), 6);
  }
}

TEST(VideoAspect, SquaresPixels) {
  const TempFolder folder;
  const auto clip = folder.path() / "sar.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-vf setsar=4/3 -c:v libx264 -pix_fmt yuv420p", 8, "240x180"));
  const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->frames[0].image.width, 320);
  EXPECT_EQ(sweep->frames[0].image.height, 180);
}

// Patches of even light, encoded as HLG or PQ: reference white of 203 cd/m^2, with nothing brighter beside it, is
// white.
void ExpectNeutralGray(const std::string& transfer, int code, int least, int most) {
  const TempFolder folder;
  const auto clip = folder.path() / "hdr.mp4";
  RV_NEED_CLIP(
      Ffmpeg("-f lavfi -i \"nullsrc=s=192x128:r=30,format=yuv420p10le,geq=lum=" + std::to_string(code) +
             ":cb=512:cr=512\" -frames:v 5 -c:v libx265 -x265-params "
             "log-level=none:colorprim=bt2020:colormatrix=bt2020nc:transfer=" +
             transfer + " -color_primaries bt2020 -colorspace bt2020nc -color_trc " + transfer +
             " -tag:v hvc1 '" + clip.string() + "'"));
  const Result<MediaProbe> probe = ProbeMedia(clip, {});
  ASSERT_TRUE(probe.has_value()) << probe.error().message;
  EXPECT_EQ(probe->transfer, transfer);
  EXPECT_EQ(probe->bits, 10);
  const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  const Image picture = Pixels(sweep->frames[0]);
  const std::uint8_t* pixel = picture.at(96, 64);
  for (int c = 0; c < 3; ++c) {
    EXPECT_GE(pixel[c], least) << transfer << " " << code;
    EXPECT_LE(pixel[c], most) << transfer << " " << code;
    EXPECT_NEAR(pixel[c], pixel[1], 2);
  }
}

TEST(VideoColor, MapsHlgAndPqToSrgb) {
  // 75 % HLG and 58 % PQ are reference white; 64 + 876 * signal in 10-bit video range.
  ExpectNeutralGray("arib-std-b67", 721, 252, 255);
  ExpectNeutralGray("smpte2084", 572, 252, 255);
  ExpectNeutralGray("smpte2084", 508, 180, 190);  // 100 cd/m^2: 186
  ExpectNeutralGray("arib-std-b67", 64, 0, 2);
  ExpectNeutralGray("smpte2084", 64, 0, 2);
  ExpectNeutralGray("arib-std-b67", 940, 253, 255);
}

TEST(VideoColor, TenBitWithoutHdrMatchesFfmpeg) {
  const TempFolder folder;
  const auto clip = folder.path() / "ten.mp4";
  RV_NEED_CLIP(
      MakeClip(clip, "-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1", 8));
  ExpectNumberedAsFfmpeg(clip, folder.path() / "png", 6);
}

TEST(VideoDamage, TruncatedClipGoesOnWithAWarning) {
  const TempFolder folder;
  const auto whole = folder.path() / "whole.mp4";
  RV_NEED_CLIP(MakeClip(whole, "-c:v libx264 -g 10 -pix_fmt yuv420p -movflags +faststart", 90));
  std::vector<std::uint8_t> bytes = ReadBytes(whole);
  bytes.resize(bytes.size() * 6 / 10);
  const auto cut = folder.path() / "cut.mp4";
  WriteBytes(cut, bytes);
  const Result<Sweep> sweep = CaptureSweep(cut, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_GT(sweep->decoded_frames, 30);
  EXPECT_LT(sweep->decoded_frames, 90);
  ASSERT_FALSE(sweep->warnings.empty());
  EXPECT_THAT(sweep->warnings[0], ::testing::HasSubstr("cut off"));
}

TEST(VideoDamage, NamesWhatIsWrong) {
  const TempFolder folder;
  const auto sound = folder.path() / "sound.mp4";
  RV_NEED_CLIP(Ffmpeg("-f lavfi -i sine=duration=1 '" + sound.string() + "'"));
  const Result<Sweep> only_sound = CaptureSweep(sound, {}, {});
  ASSERT_FALSE(only_sound.has_value());
  EXPECT_EQ(only_sound.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(only_sound.error().message, ::testing::HasSubstr("sound but no picture"));

  const auto clip = folder.path() / "clip.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -pix_fmt yuv420p", 12));
  CaptureOptions short_clips;
  short_clips.limits.max_frames_decoded = 5;
  EXPECT_EQ(CaptureSweep(clip, short_clips, {}).error().code, ErrorCode::kUnsupported);
  CaptureOptions small;
  small.limits.max_pixels = 1000;
  EXPECT_EQ(CaptureSweep(clip, small, {}).error().code, ErrorCode::kUnsupported);
  CaptureOptions keep;
  keep.keep_frames = {12};
  const Result<Sweep> beyond = CaptureSweep(clip, keep, {});
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(beyond.error().message, ::testing::HasSubstr("frames 0 to 11"));
}

TEST(VideoDamage, EncryptedIsSaid) {
  const TempFolder folder;
  const auto clip = folder.path() / "secret.mp4";
  RV_NEED_CLIP(MakeClip(clip,
                        "-c:v libx264 -pix_fmt yuv420p -encryption_scheme cenc-aes-ctr -encryption_key "
                        "00112233445566778899aabbccddeeff -encryption_kid 112233445566778899aabbccddeeff00",
                        12));
  const Result<Sweep> sweep = CaptureSweep(clip, {}, {});
  ASSERT_FALSE(sweep.has_value());
  EXPECT_EQ(sweep.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(sweep.error().message, ::testing::HasSubstr("encrypted"));
}

TEST(VideoSelection, IsTheSameForAnyThreadCount) {
  const TempFolder folder;
  const auto clip = folder.path() / "clip.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -bf 2 -pix_fmt yuv420p"));
  std::vector<Sweep> sweeps;
  for (const int threads : {1, 2, 4}) {
    CaptureOptions options;
    options.threads = threads;
    Result<Sweep> sweep = CaptureSweep(clip, options, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    sweeps.push_back(std::move(*sweep));
  }
  for (const Sweep& other : sweeps) {
    ASSERT_EQ(other.frames.size(), sweeps[0].frames.size());
    for (std::size_t i = 0; i < other.frames.size(); ++i) {
      EXPECT_EQ(other.frames[i].name, sweeps[0].frames[i].name);
      EXPECT_EQ(other.frames[i].image, sweeps[0].frames[i].image);
      EXPECT_EQ(other.frames[i].sharpness, sweeps[0].frames[i].sharpness);
    }
  }
}

TEST(VideoCapture, CanBeCancelled) {
  const TempFolder folder;
  const auto clip = folder.path() / "clip.mp4";
  RV_NEED_CLIP(MakeClip(clip, "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", 200, "1280x720"));
  int calls = 0;
  const Result<Sweep> sweep = CaptureSweep(clip, {}, [&](std::string_view, double) { return ++calls < 2; });
  ASSERT_FALSE(sweep.has_value());
  EXPECT_EQ(sweep.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace rv::testing
