// Truncated, flipped and lengthened files: always a clean error, never other pixels.
#include <gtest/gtest.h>

#include "asset/manifest_parts.h"
#include "asset/rview_file.h"
#include "asset/rview_zip.h"
#include "base/atomic_file.h"
#include "base/parallel.h"
#include "tests/asset/archive_builder.h"
#include "tests/asset/sample_view.h"
#include "tests/asset/view_matchers.h"
#include "tests/support/temp_folder.h"

namespace rv {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes Tiny() { return EncodeRview(testing::TinyView()).value(); }

TEST(RviewDamage, EveryTruncationIsCorrupt) {
  const Bytes whole = Tiny();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    for (const bool strict : {false, true}) {
      const auto read = DecodeRview(std::span(whole).first(length), {.strict = strict});
      ASSERT_FALSE(read) << "cut to " << length;
      ASSERT_EQ(read.error().code, ErrorCode::kCorrupt)
          << "cut to " << length << ": " << read.error().message;
      ASSERT_FALSE(read.error().remedy.empty());
    }
  }
}

// A file that holds another one, cut behind it: the inner end must not pass for the outer one's.
TEST(RviewDamage, AnEmbeddedArchiveDoesNotHideATruncation) {
  const Bytes inner = Tiny();
  Bytes outer = testing::BuildArchive(testing::ArchiveManifest(inner), {{"extra", inner}});
  const auto first = asset::ReadZipEntries(*asset::MakeMemorySource(outer), 10).value()[1];
  outer.resize(first.data_offset + first.size);
  const auto read = DecodeRview(outer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

TEST(RviewDamage, EveryFlippedBitIsFoundWhenStrict) {
  const Bytes whole = Tiny();
  ParallelFor(whole.size(), 0, [&](std::size_t i) {
    Bytes damaged = whole;
    for (int bit = 0; bit < 8; ++bit) {
      damaged[i] = static_cast<std::uint8_t>(whole[i] ^ (1 << bit));
      const auto read = DecodeRview(damaged, {.strict = true});
      if (read || read.error().code != ErrorCode::kCorrupt)
        ADD_FAILURE() << "byte " << i << " bit " << bit
                      << (read ? " was not found" : ": " + read.error().message);
    }
  });
}

// Without strict only the digest itself, the last 64 bytes, goes unread.
TEST(RviewDamage, NoFlippedBitGivesOtherPixels) {
  const RotatingView view = testing::TinyView();
  const Bytes whole = Tiny();
  ParallelFor(whole.size(), 0, [&](std::size_t i) {
    Bytes damaged = whole;
    for (int bit = 0; bit < 8; ++bit) {
      damaged[i] = static_cast<std::uint8_t>(whole[i] ^ (1 << bit));
      const auto read = DecodeRview(damaged);
      if (read && (i + asset::kZipDigestChars < whole.size() || !testing::SamePixels(view, *read)))
        ADD_FAILURE() << "byte " << i << " bit " << bit;
    }
  });
}

TEST(RviewDamage, SkippedSourcesAreNotReadButStrictReadsThem) {
  Bytes damaged = Tiny();
  const auto entries = asset::ReadZipEntries(*asset::MakeMemorySource(damaged), 100).value();
  ASSERT_EQ(entries.back().name.substr(0, 8), "sources/");
  damaged[entries.back().data_offset + 20] ^= 4;
  EXPECT_TRUE(DecodeRview(damaged, {.load_sources = false}));
  EXPECT_FALSE(DecodeRview(damaged));
  EXPECT_FALSE(DecodeRview(damaged, {.load_sources = false, .strict = true}));
}

TEST(RviewDamage, ExtraBytesAreRefused) {
  const Bytes whole = Tiny();
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{1}, std::size_t{64}, whole.size() / 2, whole.size()}) {
    Bytes longer = whole;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), 0);
    const auto read = DecodeRview(longer);
    ASSERT_FALSE(read) << at;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  }
}

TEST(RviewDamage, OtherFilesAreRefused) {
  const Bytes zeros(5000, 0);
  EXPECT_EQ(DecodeRview(zeros).error().code, ErrorCode::kCorrupt);
  const Bytes ones(5000, 0xFF);
  EXPECT_EQ(DecodeRview(ones).error().code, ErrorCode::kCorrupt);
  const EncodedImage picture = testing::TinyView().views[0].image;
  EXPECT_EQ(DecodeRview(picture.bytes).error().code, ErrorCode::kCorrupt);
}

TEST(RviewDamage, FilesOnDiskAreCheckedAlike) {
  const testing::TempFolder folder;
  const Bytes whole = Tiny();
  const auto path = folder.path() / "cut.rview";
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    ASSERT_TRUE(WriteFileAtomically(path, std::span(whole).first(length)));
    const auto read = ReadRview(path);
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().code, ErrorCode::kCorrupt) << read.error().message;
    ASSERT_NE(read.error().message.find("cut.rview"), std::string::npos);
  }
}

}  // namespace
}  // namespace rv
