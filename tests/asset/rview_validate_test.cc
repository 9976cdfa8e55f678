#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asset/rview_file.h"
#include "asset/rview_picture.h"
#include "asset/rview_zip.h"
#include "base/atomic_file.h"
#include "tests/asset/archive_builder.h"
#include "tests/asset/sample_view.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using Bytes = std::vector<std::uint8_t>;

RviewFindings Validate(const Bytes& archive, bool strict) {
  const testing::TempFolder folder;
  const auto path = folder.path() / "item.rview";
  EXPECT_TRUE(WriteFileAtomically(path, archive));
  const auto findings = ValidateRview(path, strict);
  EXPECT_TRUE(findings);
  return *findings;
}

std::vector<std::string> Errors(const RviewFindings& findings) {
  std::vector<std::string> where;
  for (const RviewFinding& item : findings.items)
    if (item.severity == Severity::kError) where.push_back(item.where);
  return where;
}

std::vector<std::string> Messages(const RviewFindings& findings) {
  std::vector<std::string> messages;
  for (const RviewFinding& item : findings.items) messages.push_back(item.message);
  return messages;
}

void FlipIn(Bytes& archive, const std::string& name) {
  const auto entries = asset::ReadZipEntries(*asset::MakeMemorySource(archive), 100).value();
  for (const asset::ZipEntry& entry : entries)
    if (entry.name == name) archive[entry.data_offset + entry.size / 2] ^= 1;
}

TEST(ValidateRview, FindsNothingInAGoodFile) {
  for (const bool strict : {false, true}) {
    const RviewFindings findings = Validate(EncodeRview(testing::SampleView()).value(), strict);
    EXPECT_THAT(Messages(findings), ::testing::IsEmpty());
    EXPECT_TRUE(findings.ok());
    EXPECT_TRUE(findings.ToStatus());
  }
}

TEST(ValidateRview, NamesEveryDamagedFile) {
  Bytes archive = EncodeRview(testing::SampleView()).value();
  for (const char* name : {"views/0001.webp", "provenance/0003.png", "points.bin", "sources/IMG_0003.HEIC"})
    FlipIn(archive, name);
  EXPECT_THAT(Errors(Validate(archive, false)),
              ::testing::ElementsAre("views/0001.webp", "provenance/0003.png", "sources/IMG_0003.HEIC",
                                     "points.bin"));
  const RviewFindings strict = Validate(archive, true);
  EXPECT_THAT(Errors(strict), ::testing::SizeIs(5));
  EXPECT_FALSE(strict.ok());
  EXPECT_EQ(strict.ToStatus().error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(strict.ToStatus().error().details, ::testing::SizeIs(5));
}

TEST(ValidateRview, StrictReadsTheDigest) {
  Bytes archive = EncodeRview(testing::TinyView()).value();
  archive.back() ^= 1;
  EXPECT_TRUE(Validate(archive, false).ok());
  EXPECT_FALSE(Validate(archive, true).ok());
}

TEST(ValidateRview, SaysWhatTheTierPromisesAndTheFileLacks) {
  RotatingView view = testing::SampleView({.sources = false});
  view.orbit.reset();
  view.views[0].provenance = {};
  std::swap(view.views[0].azimuth_deg, view.views[1].azimuth_deg);
  const RviewFindings findings = Validate(EncodeRview(view).value(), false);
  EXPECT_TRUE(findings.ok());
  EXPECT_THAT(
      Messages(findings),
      ::testing::ElementsAre(::testing::HasSubstr("promises poses"), ::testing::HasSubstr("1 views have no"),
                             ::testing::HasSubstr("3 of 3 captured frames are not stored"),
                             ::testing::HasSubstr("order of their azimuths")));
}

TEST(ValidateRview, AnAssetWithoutViewsIsAnError) {
  RotatingView view = testing::SampleView();
  view.views.clear();
  EXPECT_FALSE(Validate(EncodeRview(view).value(), false).ok());
}

// A mask may name only sources of its view: other labels would claim pixels that nobody captured.
TEST(ValidateRview, StrictDecodesMasksAndPictures) {
  RotatingView view = testing::SampleView();
  view.views[1].sources.pop_back();
  const RviewFindings masks = Validate(EncodeRview(view).value(), true);
  ASSERT_THAT(Errors(masks), ::testing::ElementsAre("provenance/0001.png", "blend/0001.png"));
  EXPECT_THAT(Messages(masks).front(), ::testing::EndsWith(": 2"));
  view = testing::SampleView();
  Bytes& jpeg = view.views[0].image.bytes;
  jpeg.resize(jpeg.size() / 3);  // its header is whole
  ASSERT_TRUE(asset::ReadPictureSize(jpeg, "jpeg"));
  view.views[2].depth = view.views[2].provenance;  // 8 bits
  const Bytes archive = EncodeRview(view).value();
  EXPECT_TRUE(Validate(archive, false).ok());
  EXPECT_THAT(Errors(Validate(archive, true)), ::testing::Contains("depth/0002.png"));
}

TEST(ValidateRview, UnreadableFilesAreOneFinding) {
  const RviewFindings findings = Validate(Bytes(100, 7), false);
  EXPECT_THAT(Errors(findings), ::testing::ElementsAre(""));
  EXPECT_EQ(ValidateRview("/nonexistent/a.rview", true).error().code, ErrorCode::kNotFound);
}

TEST(PictureSize, ReadsHeaders) {
  const Image image = Image::Make(37, 21, 3, 99);
  const asset::PictureSize want{37, 21};
  EXPECT_EQ(asset::ReadPictureSize(EncodeJpeg(image, 80).bytes, "jpeg"), want);
  EXPECT_EQ(asset::ReadPictureSize(EncodePng(image).bytes, "png"), want);
  EXPECT_EQ(asset::ReadPictureSize(EncodeWebp(image, 80).bytes, "webp"), want);
  EXPECT_FALSE(asset::ReadPictureSize(EncodePng(image).bytes, "jpeg"));
  EXPECT_FALSE(asset::ReadPictureSize(EncodePng(image).bytes, "avif"));
  for (const auto& encoded : {EncodeJpeg(image, 80), EncodePng(image), EncodeWebp(image, 80)})
    for (std::size_t length = 0; length < 24; ++length)
      EXPECT_FALSE(asset::ReadPictureSize(std::span(encoded.bytes).first(length), encoded.format)) << length;
}

// EXIF with a thumbnail comes before the size, and the thumbnail has one of its own.
TEST(PictureSize, SkipsJpegSegments) {
  Bytes jpeg = EncodeJpeg(Image::Make(37, 21, 3, 99), 80).bytes;
  const Bytes thumbnail = EncodeJpeg(Image::Make(5, 4, 3, 99), 80).bytes;
  Bytes segment = {0xFF, 0xFF, 0xE1, static_cast<std::uint8_t>((thumbnail.size() + 2) >> 8),
                   static_cast<std::uint8_t>(thumbnail.size() + 2)};
  segment.insert(segment.end(), thumbnail.begin(), thumbnail.end());
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  EXPECT_EQ(asset::ReadPictureSize(jpeg, "jpeg"), (asset::PictureSize{37, 21}));
}

}  // namespace
}  // namespace rv
