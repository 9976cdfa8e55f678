// Archives made to mislead: correct containers round wrong contents, and ZIP tricks.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "asset/rview_file.h"
#include "asset/rview_zip.h"
#include "base/digest.h"
#include "base/safe_name.h"
#include "tests/asset/archive_builder.h"
#include "tests/asset/sample_view.h"

namespace rv {
namespace {

using testing::BuildArchive;
using testing::NamedBytes;
using Bytes = std::vector<std::uint8_t>;

struct Parts {
  nlohmann::ordered_json manifest;
  std::vector<NamedBytes> files;
  Bytes Build() const { return BuildArchive(manifest.dump(), files); }
};

Parts Take(const RotatingView& view) {
  const Bytes archive = EncodeRview(view).value();
  return {nlohmann::ordered_json::parse(testing::ArchiveManifest(archive)), testing::ArchiveFiles(archive)};
}

void ExpectError(const Bytes& archive,
                 ErrorCode code,
                 const std::string& about,
                 const ReadOptions& options = {}) {
  const auto read = DecodeRview(archive, options);
  ASSERT_FALSE(read) << about;
  EXPECT_EQ(read.error().code, code) << read.error().message;
  EXPECT_NE(read.error().message.find(about), std::string::npos) << read.error().message;
}

TEST(RviewHostile, TheUnchangedPartsAreRead) {
  const auto read = DecodeRview(Take(testing::TinyView()).Build(), {.strict = true});
  EXPECT_TRUE(read) << read.error().message;
}

TEST(RviewHostile, UnknownFieldsAndFilesOfALaterMinorVersionAreIgnored) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["version"]["minor"] = 7;
  parts.manifest["sound"] = {{"file", "sound.opus"}};
  parts.manifest["views"][0]["mood"] = nullptr;
  const Bytes sound = {1, 2, 3};
  parts.files.emplace_back("sound.opus", sound);
  parts.manifest["files"].push_back({{"name", "sound.opus"}, {"bytes", 3}, {"sha256", Hex(Sha256(sound))}});
  const auto read = DecodeRview(parts.Build(), {.strict = true});
  EXPECT_TRUE(read) << read.error().message;
}

TEST(RviewHostile, AHigherMajorVersionIsUnsupported) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["version"]["major"] = 2;
  parts.manifest["views"] = "all different";
  parts.manifest["files"] = 3;
  ExpectError(parts.Build(), ErrorCode::kUnsupported, "version");
  EXPECT_FALSE(DecodeRview(parts.Build()).error().remedy.empty());
}

TEST(RviewHostile, AFileNotListedIsRefused) {
  Parts parts = Take(testing::TinyView());
  parts.files.emplace_back("spare", Bytes{1});
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "lists");
}

TEST(RviewHostile, AFileListedButNotThereIsRefused) {
  Parts parts = Take(testing::TinyView());
  parts.files.pop_back();
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "lists");
}

TEST(RviewHostile, AnotherSizeThanListedIsRefused) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["files"][0]["bytes"] = 1;
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "lists");
}

TEST(RviewHostile, APictureThatIsNotThereIsRefused) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["views"][0]["image"]["file"] = "views/9999.jpg";
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "views/9999.jpg");
  parts.manifest["views"][0]["image"]["file"] = "manifest.json";
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "manifest.json");
}

TEST(RviewHostile, ExchangedPicturesAreRefused) {
  Parts parts = Take(testing::TinyView());
  std::swap(parts.files[0].second, parts.files[1].second);
  const auto read = DecodeRview(parts.Build());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

TEST(RviewHostile, OnePictureForTwoViewsIsRefused) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["views"][1]["image"] = parts.manifest["views"][0]["image"];
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "used");
}

// A small file that decodes to a giant picture, under a modest size in the manifest.
TEST(RviewHostile, APictureLargerThanSaidIsRefused) {
  Parts parts = Take(testing::TinyView());
  Bytes& mask = parts.files[2].second;
  ASSERT_EQ(parts.files[2].first, "provenance/0000.png");
  mask[16] = 0x7F;  // width in IHDR
  parts.manifest["files"][2]["sha256"] = Hex(Sha256(mask));
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "provenance/0000.png");
}

TEST(RviewHostile, DamagedPointsAreRefused) {
  const Parts good = Take(testing::TinyView());
  std::size_t at = 0;
  while (good.files[at].first != "points.bin") ++at;
  // magic, layout 0, reserved, point count, observation count, track length, padding, a NaN position
  for (const auto& [offset, value] : std::vector<std::pair<std::size_t, std::uint8_t>>{{0, 'X'},
                                                                                       {8, 0},
                                                                                       {12, 1},
                                                                                       {16, 200},
                                                                                       {23, 0x80},
                                                                                       {24, 200},
                                                                                       {31, 0xFF},
                                                                                       {32 + 32, 9},
                                                                                       {32 + 39, 1},
                                                                                       {32 + 7, 0x7F}}) {
    Parts parts = good;
    Bytes& points = parts.files[at].second;
    points[offset] = value;
    if (value == 0x7F) points[32 + 6] = 0xF8;
    parts.manifest["files"][at]["sha256"] = Hex(Sha256(points));
    const auto read = DecodeRview(parts.Build());
    ASSERT_FALSE(read) << offset;
    EXPECT_TRUE(read.error().code == ErrorCode::kCorrupt || read.error().code == ErrorCode::kInvalidArgument)
        << offset;
    EXPECT_TRUE(DecodeRview(parts.Build(), {.load_points = false})) << offset;
  }
}

TEST(RviewHostile, CountsUnlikeThePointsAreRefused) {
  Parts parts = Take(testing::TinyView());
  parts.manifest["reconstruction"]["points"]["count"] = 1;
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "counts");
}

TEST(RviewHostile, NamesThatLeaveTheFolderAreRefused) {
  for (const char* name :
       {"../x", "/x", "a/../x", "a//x", "./x", "a\\x", "x/", "", "a\nb", "\xC0\xAE", "\xED\xA0\x80", ".."}) {
    EXPECT_FALSE(IsSafeName(name)) << name;
    Parts parts = Take(testing::TinyView());
    parts.files.back().first = name;
    parts.manifest["files"].back()["name"] = "x";
    const auto read = DecodeRview(parts.Build());
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << name;
  }
  EXPECT_FALSE(IsSafeName(std::string(1025, 'a')));
  EXPECT_FALSE(IsSafeName(std::string_view("a\0b", 3)));
  for (const char* name : {"x", "a/x", "..a", "a..", "...", "\xE2\x98\x95 caf\xC3\xA9.jpg"})
    EXPECT_TRUE(IsSafeName(name)) << name;
}

TEST(RviewHostile, NamesThatRepeatAreRefused) {
  Parts parts = Take(testing::TinyView());
  parts.files.push_back(parts.files.back());
  ExpectError(parts.Build(), ErrorCode::kCorrupt, "twice");
}

TEST(RviewHostile, LimitsAreKept) {
  const Bytes archive = EncodeRview(testing::SampleView()).value();
  EXPECT_TRUE(DecodeRview(archive));
  const auto refused = [&](const ReadOptions& options) {
    const auto read = DecodeRview(archive, options);
    return !read && read.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused({.max_file_bytes = archive.size() - 1}));
  EXPECT_TRUE(refused({.max_manifest_bytes = 1000}));
  EXPECT_TRUE(refused({.max_picture_bytes = 100}));
  EXPECT_TRUE(refused({.max_views = 4}));
  EXPECT_TRUE(refused({.max_sources = 2}));
  EXPECT_TRUE(refused({.max_files = 5}));
  EXPECT_TRUE(refused({.max_points = 2}));
  EXPECT_TRUE(refused({.max_observations = 2}));
  EXPECT_TRUE(refused({.max_picture_pixels = 100}));
  EXPECT_FALSE(DecodeRview(archive, {.max_side_px = 11}));
}

// The container is rebuilt from names, sizes and CRCs: data of two entries that overlap cannot come out
// alike.
TEST(RviewHostile, OverlappingEntriesAreRefused) {
  Bytes archive = EncodeRview(testing::TinyView()).value();
  const auto source = asset::MakeMemorySource(archive);
  std::vector<asset::ZipEntry> entries = asset::ReadZipEntries(*source, 100).value();
  const std::size_t start = entries.back().data_offset + entries.back().size;
  entries[1].header_offset = entries[0].header_offset;
  const Bytes directory = asset::ZipDirectory(entries);
  std::ranges::copy(directory, archive.begin() + static_cast<std::ptrdiff_t>(start));
  testing::Reseal(archive);
  ExpectError(archive, ErrorCode::kCorrupt, "directory", {.strict = true});
}

TEST(RviewHostile, AbsurdSizesAreRefusedWithoutAllocating) {
  const Bytes archive = EncodeRview(testing::TinyView()).value();
  const std::size_t end = archive.size() - asset::kZipDigestChars - asset::kZipCommentPrefix.size() - 22;
  for (const std::size_t field : {8U, 10U, 12U, 16U}) {
    for (const std::uint8_t value : {0x7F, 0xFF}) {
      Bytes damaged = archive;
      const std::size_t width = field < 12 ? 2 : 4;
      for (std::size_t i = 0; i < width; ++i) damaged[end + field + i] = value;
      testing::Reseal(damaged);
      const auto read = DecodeRview(damaged, {.strict = true});
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << read.error().message;
    }
  }
  Bytes damaged = archive;
  for (std::size_t i = 0; i < 4; ++i) damaged[18 + i] = damaged[22 + i] = 0xFE;  // the manifest's size
  EXPECT_EQ(DecodeRview(damaged).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace rv
