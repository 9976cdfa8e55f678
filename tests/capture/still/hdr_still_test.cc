// HDR and wide-gamut stills: AVIF files made with the ffmpeg command, against values worked out from the standards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "capture/capture.h"
#include "tests/capture/media.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

namespace fs = std::filesystem;

// Encoded sRGB of linear light, 0..255.
double Srgb(double light) {
  const double l = std::min(std::max(light, 0.0), 1.0);
  return 255 * (l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1 / 2.4) - 0.055);
}

// An AVIF of two patches, the left and the right half, given as code values by geq expressions.
bool MakePatches(const fs::path& path,
                 const std::string& format,
                 const std::string& geq,
                 const std::string& tags) {
  return Ffmpeg("-f lavfi -i \"nullsrc=s=192x128,format=" + format + ",geq=" + geq +
                "\" -frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8 -crf 2 " + tags + " '" +
                path.string() + "'");
}

// The middle of each half.
std::array<std::array<double, 3>, 2> Patches(const fs::path& path) {
  std::array<std::array<double, 3>, 2> out{};
  const Result<Sweep> sweep = CaptureSweep(path, {}, {});
  EXPECT_TRUE(sweep.has_value()) << sweep.error().message;
  if (!sweep) return out;
  const Image picture = Pixels(sweep->frames[0]);
  for (int half = 0; half < 2; ++half)
    for (int c = 0; c < 3; ++c) out[half][c] = picture.at(48 + 96 * half, 64)[c];
  return out;
}

constexpr const char* kFull = "-color_range pc -colorspace bt709 ";

TEST(HdrStill, PqShowsReferenceWhiteAsWhite) {
  const TempFolder folder;
  const fs::path path = folder.path() / "pq.avif";
  // 10-bit PQ of 203 and 100 cd/m^2: 0.5807 and 0.5081 of 1023 (BT.2408).
  RV_NEED_CLIP(MakePatches(path, "yuv444p10le", "lum='if(lt(X,96),594,520)':cb=512:cr=512",
                           std::string(kFull) + "-color_primaries smpte432 -color_trc smpte2084"));
  const auto patches = Patches(path);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(patches[0][c], 255, 2);
    EXPECT_NEAR(patches[1][c], Srgb(100 / 203.0), 3);
  }
}

TEST(HdrStill, HighlightsAreRolledOffAndDarkenTheRestLittle) {
  const TempFolder folder;
  const fs::path path = folder.path() / "pq.avif";
  // A lamp of 1000 cd/m^2 (0.7518) beside gray of 26 (0.3800): BT.2390 leaves what lies below its knee as it is.
  RV_NEED_CLIP(MakePatches(path, "yuv444p10le", "lum='if(lt(X,96),769,389)':cb=512:cr=512",
                           std::string(kFull) + "-color_primaries bt2020 -color_trc smpte2084"));
  const auto patches = Patches(path);
  for (int c = 0; c < 3; ++c) {
    EXPECT_GT(patches[0][c], 252);
    EXPECT_NEAR(patches[1][c], Srgb(26 / 203.0), 3);
  }
}

TEST(HdrStill, HlgShowsReferenceWhiteAsWhite) {
  const TempFolder folder;
  const fs::path path = folder.path() / "hlg.avif";
  // 75 % HLG is reference white; 50 % is 1/12 of scene light, 1000 * (1/12)^1.2 cd/m^2.
  RV_NEED_CLIP(MakePatches(path, "yuv444p10le", "lum='if(lt(X,96),767,512)':cb=512:cr=512",
                           std::string(kFull) + "-color_primaries bt2020 -color_trc arib-std-b67"));
  const auto patches = Patches(path);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(patches[0][c], 255, 3);
    EXPECT_NEAR(patches[1][c], Srgb(1000 * std::pow(1 / 12.0, 1.2) / 203), 3);
  }
}

TEST(HdrStill, DisplayP3WithoutAProfileIsConverted) {
  const TempFolder folder;
  const fs::path path = folder.path() / "p3.avif";
  // R'G'B' (200, 100, 100) and (90, 180, 90) by BT.709's matrix, full range.
  RV_NEED_CLIP(
      MakePatches(path, "yuv444p",
                  "lum='if(lt(X,96),121.3,154.4)':cb='if(lt(X,96),116.5,93.3)':cr='if(lt(X,96),178,87.1)'",
                  std::string(kFull) + "-color_primaries smpte432 -color_trc iec61966-2-1"));
  const auto patches = Patches(path);
  const double given[2][3] = {{200, 100, 100}, {90, 180, 90}};
  const double m[3][3] = {{1.2249, -0.2249, 0}, {-0.0421, 1.0421, 0}, {-0.0196, -0.0786, 1.0983}};
  for (int half = 0; half < 2; ++half) {
    double linear[3];
    for (int c = 0; c < 3; ++c) {
      const double e = given[half][c] / 255;
      linear[c] = e <= 0.04045 ? e / 12.92 : std::pow((e + 0.055) / 1.055, 2.4);
    }
    for (int c = 0; c < 3; ++c)
      EXPECT_NEAR(patches[half][c], Srgb(m[c][0] * linear[0] + m[c][1] * linear[1] + m[c][2] * linear[2]), 6)
          << half << c;  // 8 bits of Y'CbCr are coarse in the dark
  }
}

TEST(HdrStill, PlainAvifIsAsItWas) {
  const TempFolder folder;
  const fs::path path = folder.path() / "sdr.avif";
  RV_NEED_CLIP(
      MakePatches(path, "yuv444p",
                  "lum='if(lt(X,96),121.3,154.4)':cb='if(lt(X,96),116.5,93.3)':cr='if(lt(X,96),178,87.1)'",
                  std::string(kFull) + "-color_primaries bt709 -color_trc iec61966-2-1"));
  const auto patches = Patches(path);
  const double given[2][3] = {{200, 100, 100}, {90, 180, 90}};
  for (int half = 0; half < 2; ++half)
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(patches[half][c], given[half][c], 4);
}

// The same picture as a still and as a clip.
TEST(HdrStill, LooksLikeTheSameSceneAsAClip) {
  const TempFolder folder;
  const std::string source =
      "-f lavfi -i \"nullsrc=s=192x128:r=10,format=yuv444p10le,geq=lum='400+190*sin((X+N)/23)':"
      "cb='512+60*sin(Y/17)':cr='512+50*cos(X/31)'\" ";
  for (const char* transfer : {"smpte2084", "arib-std-b67"}) {
    const std::string tags =
        std::string("-color_range tv -colorspace bt2020nc -color_primaries bt2020 -color_trc ") + transfer;
    const fs::path still = folder.path() / (std::string(transfer) + ".avif");
    const fs::path clip = folder.path() / (std::string(transfer) + ".mp4");
    RV_NEED_CLIP(Ffmpeg(source + "-frames:v 1 -c:v libaom-av1 -still-picture 1 -cpu-used 8 -crf 2 " + tags +
                        " '" + still.string() + "'"));
    RV_NEED_CLIP(Ffmpeg(source + "-frames:v 4 -c:v libx265 -crf 4 -x265-params log-level=none " + tags +
                        " -tag:v hvc1 '" + clip.string() + "'"));
    const Result<Sweep> a = CaptureSweep(still, {}, {});
    CaptureOptions first;
    first.keep_frames = {0};
    const Result<Sweep> b = CaptureSweep(clip, first, {});
    ASSERT_TRUE(a.has_value() && b.has_value());
    EXPECT_LT(Difference(Pixels(a->frames[0]), Pixels(b->frames[0])), 4) << transfer;
  }
}

TEST(HdrStill, FieldCaseMatchesItsTwins) {
  const fs::path stills = Shared("field_cases/hdr_stills_pq"),
                 twins = Shared("field_cases/hdr_stills_pq_srgb_twins");
  RV_NEED_SHARED(stills);
  RV_NEED_SHARED(twins);
  for (const char* name : {"00", "01", "02"}) {
    const Result<Sweep> still = CaptureSweep(stills / (std::string(name) + ".avif"), {}, {});
    const Result<Sweep> twin = CaptureSweep(twins / (std::string(name) + ".png"), {}, {});
    ASSERT_TRUE(still.has_value() && twin.has_value());
    EXPECT_LT(Difference(Pixels(still->frames[0]), Pixels(twin->frames[0])), 4) << name;
  }
}

}  // namespace
}  // namespace rv::testing
