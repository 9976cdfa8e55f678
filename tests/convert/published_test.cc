#include "convert/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asset/rview_file.h"

namespace rv::convert {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kWide = 64, kHigh = 48;

// Red where the seller lives, green where the item is: the middle third.
Image Room() {
  Image image = Image::Make(kWide, kHigh, 3);
  for (int y = 0; y < kHigh; ++y)
    for (int x = 0; x < kWide; ++x) image.at(x, y)[x >= 20 && x < 44 ? 1 : 0] = 220;
  return image;
}

Image Matte() {
  Image image = Image::Make(kWide, kHigh, 1);
  for (int y = 0; y < kHigh; ++y)
    for (int x = 20; x < 44; ++x) image.at(x, y)[0] = 255;
  return image;
}

// As a phone writes it: with a block of metadata behind the first marker.
EncodedImage WithExif(EncodedImage jpeg) {
  const std::string text = std::string("Exif\0\0", 6) + "GPS 52.5 N 13.4 E Phone 12 2024:05:01 10:11:12";
  std::vector<std::uint8_t> block = {0xFF, 0xE1, 0, static_cast<std::uint8_t>(text.size() + 2)};
  block.insert(block.end(), text.begin(), text.end());
  jpeg.bytes.insert(jpeg.bytes.begin() + 2, block.begin(), block.end());
  return jpeg;
}

void AddFrame(const std::string& name, bool has_matte, RotatingView& view) {
  SourceFrame source{.name = name, .width = kWide, .height = kHigh, .source_index = 3, .time_s = 1234.5};
  source.note = "kitchen window in the mirror";
  source.image = WithExif(EncodeJpeg(Room(), 90));
  if (has_matte) source.matte = EncodePng(Matte());
  source.depth = EncodePng(Image::Make(kWide, kHigh, 1, 200));
  source.depth_nearest = 0.5;
  source.depth_farthest = 2;
  view.sources.push_back(source);
  const auto number = static_cast<std::uint32_t>(view.sources.size() - 1);
  view.reconstruction->frames.push_back(
      {.name = name, .width = kWide, .height = kHigh, .posed = true, .reason = "off, see " + name});
  view.orbit->frames.push_back({.frame = FrameId{number}});
  view.inputs.push_back({.name = name, .state = InputState::kPosed});
}

RotatingView Captured() {
  RotatingView view{.tier = Tier::kFullPath, .tier_reason = "photo IMG_0042.jpg is sharp"};
  view.source_name = "Photos of Anna";
  view.source_kind = "photos";
  view.width = kWide, view.height = kHigh;
  view.view_camera = Camera::Simple(kWide, kHigh, 60);
  view.reconstruction.emplace();
  view.reconstruction->cameras.push_back(Camera::Simple(kWide, kHigh, 60));
  view.orbit.emplace();
  AddFrame("IMG_0041.jpg", true, view);   // in no view
  AddFrame("IMG_0042.jpg", true, view);   // in both
  AddFrame("IMG_0043.jpg", false, view);  // without a matte
  for (const int frame : {1, 2}) {
    View shown{.azimuth_deg = frame * 10.0, .cam_from_object = Rigid3{}};
    shown.image = EncodeJpeg(Room(), 90);
    shown.sources = {{.frame = FrameId{static_cast<std::uint32_t>(frame)}, .label = 1},
                     {.frame = FrameId{1}, .label = 2}};
    if (frame == 1) shown.sources.pop_back();
    view.views.push_back(shown);
  }
  view.coverage.findings = {"photo IMG_0043.jpg is blurred"};
  view.options = {{"poses", "Anna/poses.json"}, {"seed", "0"}};
  return view;
}

std::string Bytes(const RotatingView& view) {
  const auto bytes = EncodeRview(view);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? std::string(bytes->begin(), bytes->end()) : "";
}

TEST(PublishedCopy, SaysNothingOfFilesTimesPlacesAndTheRoom) {
  const std::string before = Bytes(Captured());
  const std::vector<std::string> secrets = {"IMG_",    "Anna",    "Exif",   "GPS",
                                            "2024:05", "kitchen", "1234.5", "blurred"};
  for (const std::string& secret : secrets)
    ASSERT_THAT(before, HasSubstr(secret)) << "or the test shows nothing";
  for (const bool whole : {false, true}) {
    const std::string after = Bytes(PublishedCopy(Captured(), whole, 1).value());
    for (const std::string& secret : secrets) EXPECT_THAT(after, Not(HasSubstr(secret))) << whole;
  }
}

TEST(PublishedCopy, CapturedFramesShowTheItemAlone) {
  const RotatingView view = PublishedCopy(Captured(), false, 1).value();
  ASSERT_EQ(view.sources.size(), 1u) << "one is in no view, one has no matte";
  EXPECT_EQ(view.views[0].sources[0].frame, FrameId{0});
  ASSERT_EQ(view.views[1].sources.size(), 1u);
  EXPECT_EQ(view.views[1].sources[0].label, 2);
  const Image picture = Decode(view.sources[0].image, 3).value(),
              depth = Decode(view.sources[0].depth, 1).value();
  for (int y = 0; y < kHigh; ++y)
    for (int x = 0; x < kWide; ++x) {
      // A rim of a pixel or two shows what mixes with the item's edge.
      if (x < 17 || x >= 47) {
        EXPECT_NEAR(picture.at(x, y)[0], 128, 24) << x << " " << y;
        EXPECT_EQ(depth.at(x, y)[0], 0);
      } else if (x >= 24 && x < 40) {
        EXPECT_NEAR(picture.at(x, y)[1], 220, 24);
        EXPECT_EQ(depth.at(x, y)[0], 200);
      }
    }
}

TEST(PublishedCopy, KeepsThemWholeWhereAskedTo) {
  const RotatingView view = PublishedCopy(Captured(), true, 1).value();
  ASSERT_EQ(view.sources.size(), 2u);
  EXPECT_NEAR(Decode(view.sources[0].image, 3)->at(4, 4)[0], 220, 24);
}

}  // namespace
}  // namespace rv::convert
