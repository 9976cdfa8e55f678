// ZIPs of photos made on the spot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <map>

#include "capture/capture.h"
#include "capture/photos/archive.h"
#include "tests/capture/media.h"
#include "tests/capture/photo_sets.h"
#include "tests/support/temp_folder.h"

namespace rv::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Entry {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

fs::path MakeZip(const fs::path& path, const std::vector<Entry>& entries, const char* password = nullptr) {
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const Entry& e : entries) {
    zip_source_t* source = zip_source_buffer(zip, e.bytes.data(), e.bytes.size(), 0);
    const zip_int64_t at = zip_file_add(zip, e.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (password != nullptr) zip_file_set_encryption(zip, at, ZIP_EM_AES_256, password);
  }
  EXPECT_EQ(zip_close(zip), 0);
  return path;
}

TEST(PhotoZip, IsReadLikeAFolder) {
  const TempFolder folder;
  const fs::path zip = MakeZip(folder.path() / "p.zip", {{"b/10.jpg", Jpeg(4)},
                                                         {"b/9.jpg", Jpeg(3)},
                                                         {"b/readme.txt", {'x'}},
                                                         {"__MACOSX/b/._9.jpg", Jpeg(1)},
                                                         {"b/11.jpg", {0xFF, 0xD8, 0xFF, 0, 0}}});
  const Result<Sweep> sweep = CaptureSweep(zip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(Names(*sweep), (std::vector<std::string>{"9.jpg", "10.jpg"}));
  EXPECT_EQ(Rejected(*sweep), (std::map<std::string, InputState>{{"._9.jpg", InputState::kLeftOut},
                                                                 {"11.jpg", InputState::kUnread},
                                                                 {"readme.txt", InputState::kLeftOut}}));
}

// Decoding processes share the open ZIP: none may move the place where another one reads.
TEST(PhotoZip, NoPhotoIsEverLost) {
  const TempFolder folder;
  std::vector<Entry> entries;
  for (int i = 0; i < 12; ++i) entries.push_back({std::to_string(i) + ".jpg", Jpeg(i)});
  const fs::path zip = MakeZip(folder.path() / "p.zip", entries);
  CaptureOptions options;
  options.threads = 1;
  const Result<Sweep> alone = CaptureSweep(zip, options, {});
  ASSERT_TRUE(alone.has_value()) << alone.error().message;
  ASSERT_EQ(alone->frames.size(), entries.size());
  options.threads = 4;
  for (int run = 0; run < 12; ++run) {
    const Result<Sweep> sweep = CaptureSweep(zip, options, {});
    ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
    ASSERT_EQ(sweep->frames.size(), entries.size()) << "run " << run;
    EXPECT_TRUE(sweep->rejected.empty());
    for (std::size_t i = 0; i < entries.size(); ++i)
      EXPECT_EQ(sweep->frames[i].image, alone->frames[i].image);
  }
}

TEST(PhotoZip, SaysOfOtherFilesWhatAFolderWouldSay) {
  const TempFolder folder;
  const std::string wmv("\x30\x26\xB2\x75\x8E\x66\xCF\x11\0\0\0\0", 12), text = "Good evening";
  const fs::path zip = MakeZip(folder.path() / "p.zip", {{"1.jpg", Jpeg(1)},
                                                         {"2.jpg", Jpeg(2)},
                                                         {"3.jpg", {text.begin(), text.end()}},
                                                         {"4.jpg", {}},
                                                         {"note.txt", {text.begin(), text.end()}},
                                                         {"old.wmv", {wmv.begin(), wmv.end()}}});
  const Result<Sweep> sweep = CaptureSweep(zip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_EQ(Rejected(*sweep), (std::map<std::string, InputState>{{"3.jpg", InputState::kUnread},
                                                                 {"4.jpg", InputState::kUnread},
                                                                 {"note.txt", InputState::kLeftOut},
                                                                 {"old.wmv", InputState::kUnread}}));
  EXPECT_THAT(sweep->warnings, ::testing::Contains("1 other file in the ZIP was ignored."));
}

TEST(PhotoZip, KeepsPhotosOfOneNameApart) {
  const TempFolder folder;
  const fs::path zip = MakeZip(folder.path() / "p.zip", {{"a/1.jpg", Jpeg(1)},
                                                         {"a_1.jpg", Jpeg(2)},
                                                         {"b\\1.jpg", Jpeg(3)},  // packed on Windows
                                                         {"b\\2.jpg", Jpeg(4)}});
  const Result<Sweep> sweep = CaptureSweep(zip, {}, {});
  ASSERT_TRUE(sweep.has_value()) << sweep.error().message;
  EXPECT_THAT(Names(*sweep), ::testing::UnorderedElementsAre("a_1.jpg", "a_1~2.jpg", "b_1.jpg", "2.jpg"));
}

TEST(PhotoZip, SaysThatItHoldsAClip) {
  const TempFolder folder;
  std::vector<std::uint8_t> clip(64, 0);
  const std::string head =
      "\x18"
      "ftypqt  ";
  std::copy(head.begin(), head.end(), clip.begin() + 3);
  const Result<Sweep> sweep = CaptureSweep(MakeZip(folder.path() / "p.zip", {{"IMG_1.MOV", clip}}), {}, {});
  ASSERT_FALSE(sweep.has_value());
  EXPECT_EQ(sweep.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(sweep.error().message, HasSubstr("holds a clip"));
}

TEST(PhotoZip, RefusesBombsTricksAndPasswords) {
  const TempFolder folder;
  const auto code = [&](const std::vector<Entry>& entries, const char* password = nullptr) {
    const Result<Sweep> sweep = CaptureSweep(MakeZip(folder.path() / "p.zip", entries, password), {}, {});
    return sweep ? "accepted" : std::string(ErrorCodeName(sweep.error().code)) + ": " + sweep.error().message;
  };
  std::vector<std::uint8_t> bomb(24 << 20, 0);
  std::copy_n(Jpeg(1).begin(), 32, bomb.begin());
  EXPECT_THAT(code({{"1.jpg", bomb}}),
              HasSubstr("unsupported: p.zip: the ZIP is refused: 1.jpg would unpack to 24 MB"));
  EXPECT_THAT(code({{"../../1.jpg", Jpeg(1)}}), HasSubstr("reaches outside"));
  EXPECT_THAT(code({{"/etc/1.jpg", Jpeg(1)}}), HasSubstr("absolute path"));
  EXPECT_THAT(code({{"1.jpg", Jpeg(1)}}, "secret"), HasSubstr("encrypted"));
  EXPECT_THAT(code({{"a.txt", {'a'}}}), HasSubstr("holds no photo"));
  std::vector<std::uint8_t> bytes = ReadBytes(MakeZip(folder.path() / "whole.zip", {{"1.jpg", Jpeg(1)}}));
  bytes.resize(bytes.size() / 2);
  WriteBytes(folder.path() / "cut.zip", bytes);
  EXPECT_EQ(CaptureSweep(folder.path() / "cut.zip", {}, {}).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace rv::testing
