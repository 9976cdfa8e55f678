// Folders of photos made on the spot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/natural_order.h"
#include "capture/capture.h"
#include "capture/photos/archive.h"
#include "capture/photos/folder.h"
#include "capture/probe.h"
#include "tests/capture/media.h"
#include "tests/capture/photo_sets.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A segment of a JPEG: marker, length, what it holds.
std::vector<std::uint8_t> Segment(std::uint8_t marker, const std::string& holds) {
  const std::size_t length = holds.size() + 2;
  std::vector<std::uint8_t> out{0xFF, marker, static_cast<std::uint8_t>(length >> 8U),
                                static_cast<std::uint8_t>(length & 0xFFU)};
  out.insert(out.end(), holds.begin(), holds.end());
  return out;
}

// Ultra HDR (Android 14; ISO 21496-1): a picture for any screen, then one of how much brighter an HDR screen shows it.
TEST(PhotoFolder, OfAPictureWithAGainMapTheBasePictureIsRead) {
  const TempFolder folder;
  const std::vector<std::uint8_t> base = Jpeg(7), gain = Jpeg(8);
  std::vector<std::uint8_t> ultra(base.begin(), base.begin() + 2);
  using namespace std::string_literals;
  for (const auto& segment :
       {Segment(0xE1,
                "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
                "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
                "xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\" "
                "hdrgm:GainMapMax=\"2.0\" hdrgm:HDRCapacityMax=\"2.0\"/></rdf:RDF></x:xmpmeta>"s),
        Segment(0xE2, "MPF\0MM\0*\0\0\0\b\0\1\xB0\1\0\4\0\0\0\1\0\0\0\2\0\0\0\0"s)})
    ultra.insert(ultra.end(), segment.begin(), segment.end());
  ultra.insert(ultra.end(), base.begin() + 2, base.end());
  ultra.insert(ultra.end(), gain.begin(), gain.end());
  WriteBytes(folder.path() / "1.jpg", base);
  WriteBytes(folder.path() / "2.jpg", ultra);
  WriteBytes(folder.path() / "3.jpg", gain);
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  ASSERT_EQ(Names(*sweep), (std::vector<std::string>{"1.jpg", "2.jpg", "3.jpg"}));
  EXPECT_EQ(Difference(Pixels(sweep->frames[0]), Pixels(sweep->frames[1])), 0);
  EXPECT_GT(Difference(Pixels(sweep->frames[2]), Pixels(sweep->frames[1])), 5);
}

TEST(PhotoFolder, KeepsEveryReadablePhotoInNaturalOrder) {
  const TempFolder folder;
  for (const int i : {10, 2, 1}) WriteBytes(folder.path() / (std::to_string(i) + ".jpg"), Jpeg(i));
  WriteBytes(folder.path() / "3.jpg", EncodePng(Scenery(160, 120, 3)).bytes);  // a PNG by content
  WriteBytes(folder.path() / "4.jpg", {'h', 'e', 'l', 'l', 'o'});
  WriteBytes(folder.path() / "5.png", {});
  WriteBytes(folder.path() / ".hidden.jpg", Jpeg(1));
  WriteBytes(folder.path() / "notes.txt", {'a'});
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->kind, SourceKind::kPhotos);
  EXPECT_EQ(Names(*sweep), (std::vector<std::string>{"1.jpg", "2.jpg", "3.jpg", "10.jpg"}));
  EXPECT_EQ(Rejected(*sweep), (std::map<std::string, InputState>{{".hidden.jpg", InputState::kLeftOut},
                                                                 {"4.jpg", InputState::kUnread},
                                                                 {"5.png", InputState::kUnread},
                                                                 {"notes.txt", InputState::kLeftOut}}));
  ASSERT_EQ(sweep->warnings.size(), 2U);
  EXPECT_THAT(sweep->warnings[0], HasSubstr("notes.txt"));
  EXPECT_THAT(sweep->warnings[1], HasSubstr("2 files could not be read: 4.jpg (not a picture"));
  EXPECT_LT(Difference(Pixels(sweep->frames[2]), Scenery(160, 120, 3)), 4);
}

TEST(PhotoFolder, HidesDuplicatesFromTheSpinButKeepsThem) {
  const TempFolder folder;
  for (int i = 0; i < 6; ++i)
    WriteBytes(folder.path() / (std::to_string(i) + ".jpg"), Jpeg(i < 3 ? i : i - 1));
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value());
  ASSERT_EQ(sweep->frames.size(), 6U);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(sweep->frames[i].for_spin, i != 3) << i;
}

TEST(PhotoFolder, LooksIntoImagesAndVideo) {
  const TempFolder folder;
  fs::create_directories(folder.path() / "images");
  WriteBytes(folder.path() / "images" / "a.jpg", Jpeg(1));
  WriteBytes(folder.path() / "meta.json", {'{', '}'});
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(Names(*sweep), std::vector<std::string>{"a.jpg"});
  const TempFolder nested;
  fs::create_directories(nested.path() / "red");
  fs::create_directories(nested.path() / "blue");
  const Result<Sweep> folders = CaptureSweep(nested.path(), {}, {});
  ASSERT_FALSE(folders.has_value());
  EXPECT_THAT(folders.error().message, HasSubstr("blue, red"));
}

TEST(PhotoFolder, SpellsOutNamesTheAssetCannotHold) {
  const TempFolder folder;
  for (const char* name :
       {"caf\xE9.jpg", "caf%E9.jpg", "new\nline.jpg", "-dash 'quoted'.JPG", "\xC3\xBCn.jPeG"})
    WriteBytes(folder.path() / name, Jpeg(1));
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_THAT(Names(*sweep), ::testing::UnorderedElementsAre("caf%E9~2.jpg", "caf%E9.jpg", "new%0Aline.jpg",
                                                             "-dash 'quoted'.JPG", "\xC3\xBCn.jPeG"));
  EXPECT_THAT(sweep->warnings, ::testing::ElementsAre(HasSubstr("and 1 more")));
}

TEST(PhotoFolder, OnePhotoGivesWayToTheClipBesideIt) {
  const TempFolder folder;
  WriteBytes(folder.path() / "IMG_1.jpg", Jpeg(1));
  RV_NEED_CLIP(MakeClip(folder.path() / "IMG_1.MOV", "-c:v libx264 -pix_fmt yuv420p", 8));
  const Result<Sweep> live = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(live.has_value()) << live.error().message;
  EXPECT_EQ(live->kind, SourceKind::kVideo);
  ASSERT_FALSE(live->warnings.empty());
  EXPECT_EQ(live->warnings[0], "Ignored beside the clip: IMG_1.jpg.");
  WriteBytes(folder.path() / "IMG_2.jpg", Jpeg(2));  // live photos: the stills are the sweep
  const Result<Sweep> stills = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(stills.has_value()) << stills.error().message;
  EXPECT_EQ(Names(*stills), (std::vector<std::string>{"IMG_1.jpg", "IMG_2.jpg"}));
}

TEST(PhotoFolder, NamesWhatIsWrong) {
  const TempFolder folder;
  EXPECT_EQ(CaptureSweep(folder.path(), {}, {}).error().code, ErrorCode::kInsufficientData);
  EXPECT_EQ(CaptureSweep(folder.path() / "none", {}, {}).error().code, ErrorCode::kNotFound);
  WriteBytes(folder.path() / "empty.mp4", {});
  EXPECT_EQ(CaptureSweep(folder.path() / "empty.mp4", {}, {}).error().code, ErrorCode::kCorrupt);
  WriteBytes(folder.path() / "text.mp4", {'w', 'o', 'r', 'd', 's'});
  EXPECT_EQ(CaptureSweep(folder.path() / "text.mp4", {}, {}).error().code, ErrorCode::kUnsupported);
  const auto photo = folder.path() / "photo.mp4";  // a photo, whatever its name says
  WriteBytes(photo, Jpeg(1));
  EXPECT_TRUE(CaptureSweep(photo, {}, {}).has_value());
  EXPECT_EQ(ProbeMedia(photo, {})->container, "JPEG");
  CaptureOptions bad;
  bad.max_frames = 1;
  EXPECT_EQ(CaptureSweep(photo, bad, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(PhotoAlpha, IsShownOnWhiteAndKeptAsMatte) {
  const TempFolder folder;
  Image rgba = Image::Make(64, 48, 4);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) {
      rgba.at(x, y)[0] = 200;
      rgba.at(x, y)[3] = x < 32 ? 255 : 0;
    }
  WriteBytes(folder.path() / "a.png", EncodePng(rgba).bytes);
  const Result<Sweep> sweep = CaptureSweep(folder.path() / "a.png", {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  const Image picture = Pixels(sweep->frames[0]);
  EXPECT_NEAR(picture.at(8, 8)[0], 200, 6);
  EXPECT_NEAR(picture.at(8, 8)[1], 0, 6);
  EXPECT_NEAR(picture.at(56, 8)[1], 255, 6);
  const Result<Image> matte = Decode(sweep->frames[0].matte, 1);
  ASSERT_TRUE(matte.has_value());
  EXPECT_EQ(matte->at(8, 8)[0], 255);
  EXPECT_EQ(matte->at(56, 8)[0], 0);
}

TEST(PhotoDepth, SixteenBitsKeepTheirTone) {
  const TempFolder folder;
  Raster16 ramp{.width = 64, .height = 16};
  for (int i = 0; i < 64 * 16; ++i) ramp.pixels.push_back(static_cast<std::uint16_t>(i % 64 * 1040));
  WriteBytes(folder.path() / "r.png", EncodePng16(ramp).bytes);
  const Result<Sweep> sweep = CaptureSweep(folder.path() / "r.png", {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  const Image picture = Pixels(sweep->frames[0]);
  for (int x = 4; x < 60; x += 8) EXPECT_NEAR(picture.at(x, 8)[1], x * 1040 / 257, 4) << x;
}

TEST(PhotoFolder, NamesClipsBesidePhotosAndFormatsThatAreNotRead) {
  const TempFolder folder;
  for (int i = 0; i < 3; ++i) WriteBytes(folder.path() / (std::to_string(i) + ".jpg"), Jpeg(i));
  for (int i = 0; i < 6; ++i) WriteBytes(folder.path() / ("IMG_" + std::to_string(i) + ".AAE"), {'<', '?'});
  const std::string mov(
      "\0\0\0\x14"
      "ftypqt  \0\0\0\0qt  ",
      20);
  WriteBytes(folder.path() / "IMG_7.MOV", {mov.begin(), mov.end()});
  const std::string wmv("\x30\x26\xB2\x75\x8E\x66\xCF\x11\0\0\0\0", 12);
  WriteBytes(folder.path() / "old.wmv", {wmv.begin(), wmv.end()});
  WriteBytes(folder.path() / "new.jxl", {0xFF, 0x0A, 1, 2, 3});
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(sweep->frames.size() + sweep->rejected.size(), 12U);
  EXPECT_THAT(sweep->warnings,
              ::testing::Contains(HasSubstr("The clip IMG_7.MOV beside the photos was not used")));
  EXPECT_THAT(sweep->warnings,
              ::testing::Contains(HasSubstr("IMG_0.AAE, IMG_1.AAE, IMG_2.AAE, IMG_3.AAE and 2 more")));
  EXPECT_THAT(sweep->warnings,
              ::testing::Contains(HasSubstr("old.wmv (WMV is not supported: convert it to MP4")));
  EXPECT_THAT(sweep->warnings,
              ::testing::Contains(HasSubstr("new.jxl (JPEG XL is not supported: convert it to JPEG")));
  const Result<Sweep> alone = CaptureSweep(folder.path() / "old.wmv", {}, {});
  ASSERT_FALSE(alone.has_value());
  EXPECT_EQ(alone.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(alone.error().message, HasSubstr("WMV"));
  EXPECT_THAT(alone.error().remedy, HasSubstr("MP4"));
}

// A transport stream begins with a G, and so do many texts.
TEST(PhotoFolder, ATextIsNoClip) {
  const TempFolder folder;
  for (int i = 0; i < 2; ++i) WriteBytes(folder.path() / (std::to_string(i) + ".jpg"), Jpeg(i));
  const std::string note = "Good evening, the photos follow.";
  WriteBytes(folder.path() / "note.txt", {note.begin(), note.end()});
  fs::create_directory(folder.path() / "edited");
  const Result<Sweep> sweep = CaptureSweep(folder.path(), {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(Rejected(*sweep), (std::map<std::string, InputState>{{"edited/", InputState::kLeftOut},
                                                                 {"note.txt", InputState::kLeftOut}}));
  const Result<Sweep> alone = CaptureSweep(folder.path() / "note.txt", {}, {});
  ASSERT_FALSE(alone.has_value());
  EXPECT_EQ(alone.error().code, ErrorCode::kUnsupported);
}

TEST(PhotoCapture, IsTheSameForAnyThreadCount) {
  const TempFolder folder;
  for (int i = 0; i < 21; ++i) WriteBytes(folder.path() / (std::to_string(i) + ".jpg"), Jpeg(i));
  CaptureOptions one;
  one.threads = 1;
  CaptureOptions four;
  four.threads = 4;
  const Result<Sweep> a = CaptureSweep(folder.path(), one, {});
  const Result<Sweep> b = CaptureSweep(folder.path(), four, {});
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_EQ(Names(*a), Names(*b));
  for (std::size_t i = 0; i < a->frames.size(); ++i) EXPECT_EQ(a->frames[i].image, b->frames[i].image);
}

TEST(NaturalLess, CountsAsPeopleDo) {
  EXPECT_TRUE(NaturalLess("2.jpg", "10.jpg"));
  EXPECT_TRUE(NaturalLess("a2b3", "a2b12"));
  EXPECT_TRUE(NaturalLess("0009", "10"));
  EXPECT_FALSE(NaturalLess("10", "0009"));
  EXPECT_TRUE(NaturalLess("a", "ab"));
  EXPECT_FALSE(NaturalLess("x1", "x1"));
  EXPECT_NE(NaturalLess("x01", "x1"), NaturalLess("x1", "x01"));
  EXPECT_EQ(photos::NameSkeleton("IMG_0123 (4).jpg"), "IMG_0 (0).jpg");
}

TEST(ReadKeepFrames, ReadsNumbersAndNamesBadLines) {
  const TempFolder folder;
  const auto write = [&](const std::string& text) {
    std::ofstream(folder.path() / "keep.txt") << text;
    return ReadKeepFrames(folder.path() / "keep.txt");
  };
  EXPECT_EQ(*write("30\n# comment\n\n 2 \r\n30\n000007\n"), (std::vector<int>{2, 7, 30}));
  EXPECT_EQ(write("1\n2x\n").error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(write("1\n2x\n").error().message, HasSubstr("line 2"));
  EXPECT_EQ(write("-1\n").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadKeepFrames(folder.path() / "none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rv::testing
