// Every file of the shared folder of odd and broken media, judged by what its manifest expects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "capture/capture.h"
#include "tests/capture/media.h"

namespace rv::testing {
namespace {

struct Case {
  std::string file;
  std::string expected;
};

std::vector<Case> ReadManifest(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Case> out;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::stringstream stream(line);
    for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
    if (fields.size() >= 8) out.push_back({fields.front(), fields.back()});
  }
  return out;
}

bool Starts(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

// True: must be read; false: must be refused; empty: either, but cleanly.
std::optional<bool> MustRead(const Case& c) {
  for (const char* folder : {"exif_orientation/", "heic/", "cmyk/", "depth16/", "video_rotation/"})
    if (Starts(c.file, folder)) return true;
  if (c.file == "video_odd/broken.mp4" || c.file == "small/Mpeg4.mp4" ||
      c.file == "small/mp4-with-audio.mp4" || Starts(c.file, "huge/") || c.file == "corrupt/corrupted.heic" ||
      c.file == "corrupt/empty.heic")
    return false;
  if (c.file == "progressive/peacock.progressive.jpeg" || Starts(c.file, "small/") ||
      c.file == "video_odd/unordered.mov" || c.file == "video_odd/awesome'movie.mov" ||
      c.file == "video_odd/awesome_widescreen.mov")
    return true;
  return std::nullopt;
}

TEST(Torture, EveryFileIsReadOrRefusedWithARemedy) {
  const auto folder = Shared("sweeps/format_torture_lite");
  RV_NEED_SHARED(folder);
  const std::vector<Case> cases = ReadManifest(folder / "MANIFEST.tsv");
  ASSERT_GT(cases.size(), 50U);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file + ": " + c.expected);
    const Result<Sweep> sweep = CaptureSweep(folder / c.file, {}, {});
    const std::optional<bool> must = MustRead(c);
    if (must) {
      EXPECT_EQ(sweep.has_value(), *must) << (sweep ? std::string() : sweep.error().message);
    }
    if (sweep) {
      ASSERT_FALSE(sweep->frames.empty());
      for (const SweepFrame& frame : sweep->frames) EXPECT_FALSE(Pixels(frame).empty());
    } else {
      EXPECT_TRUE(sweep.error().code == ErrorCode::kCorrupt || sweep.error().code == ErrorCode::kUnsupported)
          << ErrorCodeName(sweep.error().code);
      EXPECT_THAT(sweep.error().message,
                  ::testing::HasSubstr(std::filesystem::path(c.file).filename().string()));
      EXPECT_FALSE(sweep.error().remedy.empty());
    }
  }
}

Image Small(const std::filesystem::path& path) {
  const Result<Sweep> sweep = CaptureSweep(path, {}, {});
  EXPECT_TRUE(sweep.has_value()) << path;
  if (!sweep) return {};
  const Image picture = Pixels(sweep->frames[0]);
  return Resize(picture, 64, 64 * picture.height / picture.width);
}

TEST(Torture, OrientedPhotosComeOutAlike) {
  const auto folder = Shared("sweeps/format_torture_lite/exif_orientation");
  RV_NEED_SHARED(folder);
  const Image upright = Small(folder / "Portrait_0.jpg");
  EXPECT_GT(upright.height, upright.width);
  for (const int i : {3, 5, 6, 8}) {
    SCOPED_TRACE(i);
    EXPECT_LT(Difference(Small(folder / ("Portrait_" + std::to_string(i) + ".jpg")), upright), 8);
  }
  const Image first = Small(folder / "1.jpg");
  for (int i = 2; i <= 8; ++i) {
    const Image other = Small(folder / (std::to_string(i) + ".jpg"));
    SCOPED_TRACE(i);
    EXPECT_NEAR(other.height, first.height, 1);
    EXPECT_LT(Difference(Resize(other, first.width, first.height), first), 12);
  }
}

TEST(Torture, SixteenBitAndInkPicturesKeepTheirColors) {
  const auto folder = Shared("sweeps/format_torture_lite");
  RV_NEED_SHARED(folder);
  const Result<Sweep> flag = CaptureSweep(folder / "depth16/Flag_of_the_Netherlands-16bit.png", {}, {});
  ASSERT_TRUE(flag.has_value());
  const Image picture = Pixels(flag->frames[0]);
  EXPECT_GT(picture.at(450, 100)[0], 150);  // red above white above blue
  EXPECT_LT(picture.at(450, 100)[2], 80);
  EXPECT_GT(picture.at(450, 300)[1], 240);
  EXPECT_GT(picture.at(450, 500)[2], 100);
  EXPECT_LT(picture.at(450, 500)[0], 80);
  const Result<Sweep> ink = CaptureSweep(folder / "cmyk/Channel_digital_image_CMYK_color.jpg", {}, {});
  const Result<Sweep> plain =
      CaptureSweep(folder / "cmyk/Channel_digital_image_CMYK_color_no_profile.jpg", {}, {});
  ASSERT_TRUE(ink.has_value() && plain.has_value());
  EXPECT_LT(Difference(Pixels(ink->frames[0]), Pixels(plain->frames[0])),
            60);  // the same scene, not its negative
}

TEST(Torture, RotatedVideosMatchFfmpeg) {
  const auto folder = Shared("sweeps/format_torture_lite/video_rotation");
  RV_NEED_SHARED(folder);
  for (const char* name : {"video_0.mov", "video_90.mov", "video_180.mov", "video_270.mov", "ios9.mov"}) {
    const auto png = std::filesystem::temp_directory_path() / (std::string("rotaview-") + name + ".png");
    RV_NEED_CLIP(Ffmpeg("-i '" + (folder / name).string() + "' -frames:v 1 '" + png.string() + "'"));
    const Result<Sweep> sweep = CaptureSweep(folder / name, {}, {});
    ASSERT_TRUE(sweep.has_value()) << name;
    const EncodedImage& image = sweep->frames[0].image;
    const Result<Image> truth =
        Decode({.format = "png", .width = image.width, .height = image.height, .bytes = ReadBytes(png)}, 3);
    std::filesystem::remove(png);
    ASSERT_TRUE(truth.has_value()) << name << ": another size";
    EXPECT_LT(Difference(Pixels(sweep->frames[0]), *truth), 5) << name;
  }
}

}  // namespace
}  // namespace rv::testing
