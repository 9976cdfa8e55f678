#include <gtest/gtest.h>

#include <filesystem>

#include "asset/manifest.h"
#include "asset/rview_file.h"
#include "base/atomic_file.h"
#include "tests/asset/archive_builder.h"
#include "tests/asset/sample_view.h"
#include "tests/asset/view_matchers.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using testing::ExpectSameView;
using testing::SampleView;

TEST(RviewFile, KeepsEveryFieldInMemory) {
  const RotatingView view = SampleView();
  const auto bytes = EncodeRview(view);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto read = DecodeRview(*bytes, {.strict = true});
  ASSERT_TRUE(read) << read.error().message;
  ExpectSameView(view, *read);
}

TEST(RviewFile, KeepsEveryFieldOnDisk) {
  const testing::TempFolder folder;
  const RotatingView view = SampleView({.views = 11, .points = 7});
  const auto path = folder.path() / "item.rview";
  const Status written = WriteRview(view, path);
  ASSERT_TRUE(written) << written.error().message;
  const auto read = ReadRview(path, {.strict = true});
  ASSERT_TRUE(read) << read.error().message;
  ExpectSameView(view, *read);
  EXPECT_EQ(EncodeRview(view).value(), ReadFile(path, 1 << 20).value());
  EXPECT_EQ(folder.Names(), std::vector<std::string>{"item.rview"});
}

TEST(RviewFile, KeepsAssetsWithoutPosesOrSources) {
  for (const bool sources : {false, true}) {
    const RotatingView view = SampleView({.posed = false, .sources = sources});
    const auto read = DecodeRview(EncodeRview(view).value(), {.strict = true});
    ASSERT_TRUE(read) << read.error().message;
    ExpectSameView(view, *read);
  }
  const RotatingView bare = testing::ExampleView();
  const auto read = DecodeRview(EncodeRview(bare).value());
  ASSERT_TRUE(read) << read.error().message;
  ExpectSameView(bare, *read);
}

TEST(RviewFile, GivesTheSameBytesTwice) {
  EXPECT_EQ(EncodeRview(SampleView()).value(), EncodeRview(SampleView()).value());
  const RotatingView read = DecodeRview(EncodeRview(SampleView()).value()).value();
  EXPECT_EQ(EncodeRview(read).value(), EncodeRview(SampleView()).value());
}

TEST(RviewFile, StoresACoarseRingFirst) {
  const RotatingView view = SampleView({.views = 18});
  std::vector<std::string> names;
  for (const auto& [name, bytes] : testing::ArchiveFiles(EncodeRview(view).value())) names.push_back(name);
  const std::vector<std::string> ring(names.begin(), names.begin() + 18);
  EXPECT_EQ(ring,
            (std::vector<std::string>{
                "views/0000.jpg", "views/0008.jpg", "views/0016.jpg", "views/0004.jpg", "views/0012.jpg",
                "views/0002.jpg", "views/0006.jpg", "views/0010.jpg", "views/0014.jpg", "views/0001.webp",
                "views/0003.webp", "views/0005.webp", "views/0007.webp", "views/0009.webp", "views/0011.webp",
                "views/0013.webp", "views/0015.webp", "views/0017.webp"}));
  EXPECT_EQ(names[18], "provenance/0000.png");
  EXPECT_EQ(names[36], "depth/0000.png");
  EXPECT_EQ(names[54], "blend/0000.png");
  EXPECT_EQ(names[72], "mattes/0000.png");
  EXPECT_EQ(names[90], "points.bin");
  EXPECT_EQ(names[91], "source_mattes/000007.jpg.png");
  EXPECT_EQ(names[names.size() - 3], "sources/000007.jpg");
}

TEST(RviewFile, LeavesOutWhatIsNotAskedFor) {
  const std::vector<std::uint8_t> bytes = EncodeRview(SampleView()).value();
  const auto read = DecodeRview(bytes, {.load_sources = false, .load_points = false});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->sources[0].image.bytes.empty());
  EXPECT_EQ(read->sources[0].image.format, "jpeg");
  EXPECT_EQ(read->sources[0].image.width, 17);
  EXPECT_TRUE(read->reconstruction->points.empty());
  EXPECT_TRUE(read->views[0].image == SampleView().views[0].image);
  const auto again = EncodeRview(*read);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(again.error().message.find("000007.jpg"), std::string::npos) << again.error().message;
}

TEST(RviewFile, NamesTheFileThatIsMissing) {
  const testing::TempFolder folder;
  const auto read = ReadRview(folder.path() / "none.rview");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
  EXPECT_NE(read.error().message.find("none.rview"), std::string::npos);
  EXPECT_EQ(ReadRview(folder.path()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(WriteRview(SampleView(), folder.path() / "no" / "item.rview").error().code, ErrorCode::kNotFound);
}

struct BadView {
  const char* what;
  void (*spoil)(RotatingView&);
};

class RviewFileRefuses : public ::testing::TestWithParam<BadView> {};

// What the reader would refuse must not be written, and a file that was there before stays as it was.
TEST_P(RviewFileRefuses, BeforeTouchingTheFile) {
  RotatingView view = SampleView();
  GetParam().spoil(view);
  const testing::TempFolder folder;
  const auto path = folder.path() / "item.rview";
  ASSERT_TRUE(WriteFileAtomically(path, std::string_view("before")));
  const Status written = WriteRview(view, path);
  ASSERT_FALSE(written) << GetParam().what;
  EXPECT_EQ(written.error().code, ErrorCode::kInvalidArgument) << written.error().message;
  EXPECT_EQ(ReadFile(path, 100).value().size(), 6U);
  EXPECT_EQ(folder.Names(), std::vector<std::string>{"item.rview"});
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

INSTANTIATE_TEST_SUITE_P(
    All,
    RviewFileRefuses,
    ::testing::Values(
        BadView{"azimuth NaN", [](RotatingView& v) { v.views[1].azimuth_deg = kNan; }},
        BadView{"time infinite", [](RotatingView& v) { v.sources[0].time_s = kInfinity; }},
        BadView{"point NaN", [](RotatingView& v) { v.reconstruction->points[1].position.y() = kNan; }},
        BadView{"track pixel NaN",
                [](RotatingView& v) { v.reconstruction->points[1].track[0].pixel.x() = kNan; }},
        BadView{"track of no frame",
                [](RotatingView& v) { v.reconstruction->points[1].track[0].frame.value = 3; }},
        BadView{"rotation not unit", [](RotatingView& v) { v.object_from_world.rotation.coeffs() *= 1.1; }},
        BadView{"no picture", [](RotatingView& v) { v.views[2].image = {}; }},
        BadView{"picture of another size", [](RotatingView& v) { v.views[2].image.width += 1; }},
        BadView{"view size wrong", [](RotatingView& v) { v.width += 1; }},
        BadView{"picture of another format", [](RotatingView& v) { v.views[2].image.format = "png"; }},
        BadView{"unknown format", [](RotatingView& v) { v.sources[0].image.format = "heic"; }},
        BadView{"name twice", [](RotatingView& v) { v.sources[1].name = v.sources[0].name; }},
        BadView{"name leaves the folder", [](RotatingView& v) { v.sources[1].name = "../../etc/passwd"; }},
        BadView{"name absolute", [](RotatingView& v) { v.sources[1].name = "/etc/passwd"; }},
        BadView{"name empty", [](RotatingView& v) { v.sources[1].name = ""; }},
        BadView{"name not UTF-8", [](RotatingView& v) { v.sources[1].name = "\xFF.jpg"; }},
        BadView{"label 0", [](RotatingView& v) { v.views[0].sources[0].label = 0; }},
        BadView{"label twice", [](RotatingView& v) { v.views[0].sources[0].label = 2; }},
        BadView{"label beyond a byte", [](RotatingView& v) { v.views[0].sources[0].label = 256; }},
        BadView{"view of no frame", [](RotatingView& v) { v.views[0].sources[0].frame.value = 3; }},
        BadView{"orbit of no frame", [](RotatingView& v) { v.orbit->frames[0].frame.value = 3; }},
        BadView{"frame of no camera", [](RotatingView& v) { v.reconstruction->frames[0].camera = 2; }},
        BadView{"frames unlike sources", [](RotatingView& v) { v.reconstruction->frames.pop_back(); }}),
    [](const auto& param) {
      std::string name = param.param.what;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

}  // namespace
}  // namespace rv
