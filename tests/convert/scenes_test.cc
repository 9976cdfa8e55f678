#include "convert/scenes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/render/synthetic_sweep.h"

namespace rv::convert {
namespace {

// Frames of one synthetic item, added to the end of a clip.
void Append(const std::string& object, const std::string& print, int frames, Sweep& sweep) {
  const SyntheticSweep item({.object = object,
                             .print = print,
                             .clutter = false,
                             .shadows = false,
                             .arc_deg = 5.0 * frames,
                             .width = 320,
                             .height = 240,
                             .frames = frames,
                             .samples = 1,
                             .seed = static_cast<std::uint64_t>(object.size() + 31 * print.size())});
  for (int i = 0; i < frames; ++i) {
    const int number = static_cast<int>(sweep.frames.size());
    sweep.frames.push_back({.name = std::to_string(number) + ".jpg",
                            .source_index = number,
                            .time_s = number / 10.0,
                            .image = EncodeJpeg(item.Render(i), 92)});
  }
}

// The middle columns of a picture.
Image Middle(const Image& whole, int width) {
  Image out = Image::Make(width, whole.height, whole.channels);
  for (int y = 0; y < out.height; ++y)
    std::copy_n(whole.at((whole.width - width) / 2, y), width * whole.channels, out.at(0, y));
  return out;
}

Sweep Clip() { return {.kind = SourceKind::kVideo, .source_name = "clip.mp4"}; }

TEST(KeepOneScene, TheLongestPartOfOneItemStays) {
  Sweep sweep = Clip();
  Append("mug", "label", 6, sweep);
  Append("box", "floral", 10, sweep);
  sweep.cuts = {{.first = 6, .time_s = 0.6}};
  ASSERT_TRUE(KeepOneScene({}, {}, sweep));
  ASSERT_EQ(sweep.frames.size(), 10U);
  EXPECT_EQ(sweep.frames.front().source_index, 6);
  ASSERT_EQ(sweep.rejected.size(), 6U);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(sweep.rejected[i].frames->from, i);
    EXPECT_EQ(sweep.rejected[i].state, InputState::kLeftOut);
  }
  ASSERT_EQ(sweep.warnings.size(), 1U);
  EXPECT_THAT(sweep.warnings[0], ::testing::HasSubstr("cuts to another scene at 0.6 s"));
}

TEST(KeepOneScene, PartsOfOneItemStayTogether) {
  Sweep sweep = Clip();
  Append("mug", "label", 12, sweep);
  sweep.cuts = {{.first = 5, .time_s = 0.5}};  // as where a pause was cut out
  ASSERT_TRUE(KeepOneScene({}, {}, sweep));
  EXPECT_EQ(sweep.frames.size(), 12U);
  EXPECT_TRUE(sweep.warnings.empty());
}

TEST(KeepOneScene, FewFramesAfterATurnOfThePhoneAreOfTheScene) {
  Sweep sweep = Clip();
  Append("mug", "label", 9, sweep);
  for (std::size_t f = 7; f < sweep.frames.size(); ++f) {
    const Result<Image> whole = Decode(sweep.frames[f].image, 3);
    ASSERT_TRUE(whole);
    sweep.frames[f].image = EncodeJpeg(Middle(*whole, 180), 92);
  }
  sweep.cuts = {{.first = 7, .time_s = 0.7}};
  ASSERT_TRUE(KeepOneScene({}, {}, sweep));
  EXPECT_EQ(sweep.frames.size(), 9U);
  KeepToOneShape(sweep);
  ASSERT_EQ(sweep.warnings.size(), 1U);
  EXPECT_THAT(sweep.warnings[0], ::testing::HasSubstr("shape changes at 0.7 s"));
}

TEST(KeepToOneShape, TheShapeOfMostFramesMakesTheSpin) {
  Sweep sweep = Clip();
  for (int i = 0; i < 8; ++i)
    sweep.frames.push_back({.name = std::to_string(i), .source_index = i, .time_s = i / 2.0});
  for (int i = 0; i < 8; ++i) {
    sweep.frames[i].image.width = i < 5 ? 320 : 180;
    sweep.frames[i].image.height = i < 5 ? 180 : 320;
  }
  Sweep photos = sweep;
  photos.kind = SourceKind::kPhotos;
  KeepToOneShape(sweep);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(sweep.frames[i].for_spin, i < 5) << i;
  ASSERT_EQ(sweep.warnings.size(), 1U);
  EXPECT_THAT(sweep.warnings[0], ::testing::HasSubstr("changes at 2.5 s"));
  EXPECT_THAT(sweep.warnings[0], ::testing::HasSubstr("320 x 180"));
  KeepToOneShape(photos);  // people turn the phone between photos as they like
  EXPECT_TRUE(photos.warnings.empty());
}

TEST(KeepOneScene, ASlideShowStaysWhole) {
  Sweep sweep = Clip();
  Append("mug", "label", 2, sweep);
  Append("box", "floral", 2, sweep);
  sweep.cuts = {{.first = 1}, {.first = 2}, {.first = 3}};
  ASSERT_TRUE(KeepOneScene({}, {}, sweep));
  EXPECT_EQ(sweep.frames.size(), 4U);
}

}  // namespace
}  // namespace rv::convert
