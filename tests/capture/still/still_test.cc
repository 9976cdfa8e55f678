#include "capture/still/still.h"

#include <gtest/gtest.h>

#include "tests/capture/media.h"

namespace rv::still {
namespace {

using testing::Scenery;

// A 3 x 2 picture whose pixels are numbered, turned by each orientation.
TEST(ApplyOrientation, FollowsExif) {
  Image stored = Image::Make(3, 2, 1);
  for (int i = 0; i < 6; ++i) stored.pixels[i] = static_cast<std::uint8_t>(i);
  using Bytes = std::vector<std::uint8_t>;
  EXPECT_EQ(ApplyOrientation(stored, 2).pixels, (Bytes{2, 1, 0, 5, 4, 3}));
  EXPECT_EQ(ApplyOrientation(stored, 3).pixels, (Bytes{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(ApplyOrientation(stored, 4).pixels, (Bytes{3, 4, 5, 0, 1, 2}));
  EXPECT_EQ(ApplyOrientation(stored, 5).pixels, (Bytes{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(ApplyOrientation(stored, 6).pixels, (Bytes{3, 0, 4, 1, 5, 2}));
  EXPECT_EQ(ApplyOrientation(stored, 7).pixels, (Bytes{5, 2, 4, 1, 3, 0}));
  EXPECT_EQ(ApplyOrientation(stored, 8).pixels, (Bytes{2, 5, 1, 4, 0, 3}));
  EXPECT_EQ(ApplyOrientation(stored, 6).width, 2);
}

// A big-endian EXIF block with short and rational values.
class ExifBlock {
 public:
  ExifBlock& Short(int tag, int value) { return Add(tag, 3, 1, static_cast<std::uint32_t>(value) << 16); }
  ExifBlock& Long(int tag, std::uint32_t value) { return Add(tag, 4, 1, value); }
  // One directory: entries of IFD0, then those of the Exif directory.
  static std::vector<std::uint8_t> Build(const ExifBlock& image, ExifBlock photo) {
    std::vector<std::uint8_t> out = {'M', 'M', 0, 42, 0, 0, 0, 8};
    ExifBlock first = image;
    const auto photo_at = static_cast<std::uint32_t>(8 + 2 + 12 * (image.entries_.size() + 1) + 4);
    first.Long(0x8769, photo_at);
    first.Write(out);
    photo.Write(out);
    return out;
  }

 private:
  struct Entry {
    int tag, type;
    std::uint32_t count, value;
  };
  ExifBlock& Add(int tag, int type, std::uint32_t count, std::uint32_t value) {
    entries_.push_back({tag, type, count, value});
    return *this;
  }
  void Write(std::vector<std::uint8_t>& out) const {
    const auto put = [&](std::uint32_t value, int bytes) {
      for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    };
    put(static_cast<std::uint32_t>(entries_.size()), 2);
    for (const Entry& e : entries_) {
      put(static_cast<std::uint32_t>(e.tag), 2);
      put(static_cast<std::uint32_t>(e.type), 2);
      put(e.count, 4);
      put(e.value, 4);
    }
    put(0, 4);
  }
  std::vector<Entry> entries_;
};

TEST(ReadExif, BelievesTheFocalLengthOfTheWholePicture) {
  const auto block = ExifBlock::Build(ExifBlock().Short(0x0112, 6),
                                      ExifBlock().Long(0xA002, 4000).Long(0xA003, 3000).Short(0xA405, 26));
  const StillMetadata whole = ReadExif(block, 4000, 3000);
  EXPECT_EQ(whole.orientation, 6);
  ASSERT_TRUE(whole.focal_px.has_value());
  EXPECT_NEAR(*whole.focal_px, 26 * 5000 / 43.2666, 0.5);
  EXPECT_TRUE(ReadExif(block, 3000, 4000).focal_px.has_value());
  const StillMetadata cropped = ReadExif(block, 2000, 2000);
  EXPECT_FALSE(cropped.focal_px.has_value());
  EXPECT_FALSE(cropped.focal_note.empty());
}

TEST(ReadExif, SurvivesEveryTruncation) {
  const auto block = ExifBlock::Build(ExifBlock().Short(0x0112, 6), ExifBlock().Short(0xA405, 26));
  for (std::size_t size = 0; size < block.size(); ++size) ReadExif(std::span(block).first(size), 400, 300);
}

TEST(DecodeStill, RefusesByTheHeader) {
  const std::vector<std::uint8_t> jpeg = EncodeJpeg(Scenery(200, 100, 1), 90).bytes;
  CaptureLimits limits;
  limits.max_pixels = 10000;
  EXPECT_EQ(DecodeStill(jpeg, limits).error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(DecodeStill(jpeg, {}).has_value());
}

TEST(DecodeStill, NeverCrashesOnTruncatedPictures) {
  for (const auto& bytes : {EncodeJpeg(Scenery(96, 64, 1), 90).bytes, EncodePng(Scenery(48, 32, 1)).bytes,
                            EncodeWebp(Scenery(96, 64, 1), 90).bytes})
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
      const Result<Still> still = DecodeStill(std::span(bytes).first(size), {});
      if (size < bytes.size() / 2) {
        ASSERT_FALSE(still.has_value()) << size;
        EXPECT_TRUE(still.error().code == ErrorCode::kCorrupt ||
                    still.error().code == ErrorCode::kUnsupported);
      }
    }
}

TEST(CmykToSrgb, NoInkIsWhiteAndFullBlackIsBlack) {
  const Image out = CmykToSrgb({}, 3, 1, {0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 0});
  EXPECT_EQ(out.pixels, (std::vector<std::uint8_t>{255, 255, 255, 0, 0, 0, 255, 0, 0}));
}

}  // namespace
}  // namespace rv::still
