// Exports with another background than the captured one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/decode.h>

#include <cmath>

#include "publish/export.h"
#include "tests/publish/made_up_view.h"

namespace rv {
namespace {

using ::testing::HasSubstr;
using testing::MakeUpView;
using testing::Slurp;
using testing::TempFolder;

// Views whose item is a disc in their middle.
RotatingView WithMattes(int views = 3) {
  RotatingView out = MakeUpView({.views = views});
  Image matte = Image::Make(out.width, out.height, 1);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      if (std::hypot(x - out.width / 2, y - out.height / 2) < out.height / 3.0) *matte.at(x, y) = 255;
  for (View& view : out.views) view.matte = EncodePng(matte);
  return out;
}

bool WebpHasAlpha(const std::string& bytes) {
  WebPBitstreamFeatures features;
  const bool read = WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                    &features) == VP8_STATUS_OK;
  EXPECT_TRUE(read);
  return read && features.has_alpha != 0;
}

// The flag of the VP8X chunk (RFC 9649).
bool AnimationHasAlpha(const std::string& bytes) {
  EXPECT_EQ(bytes.substr(12, 4), "VP8X");
  return (bytes.at(20) & 0x10) != 0;
}

Image Pixels(const std::string& bytes, const char* format, const RotatingView& view) {
  const EncodedImage encoded{
      .format = format, .width = view.width, .height = view.height, .bytes = {bytes.begin(), bytes.end()}};
  return Decode(encoded, 3).value();
}

TEST(ExportBackground, WhiteIsBehindTheItemAndTheItemStays) {
  const TempFolder folder;
  const RotatingView view = WithMattes();
  ASSERT_TRUE(Export(view, "frames", folder / "kept", {.picture_format = "jpeg"}, {}));
  ASSERT_TRUE(
      Export(view, "frames", folder / "white", {.picture_format = "jpeg", .background = "white"}, {}));
  const Image kept = Pixels(Slurp(folder / "kept" / "frame_0002.jpg"), "jpeg", view);
  const Image white = Pixels(Slurp(folder / "white" / "frame_0002.jpg"), "jpeg", view);
  for (int c = 0; c < 3; ++c) {
    EXPECT_GT(white.at(3, 3)[c], 250);
    EXPECT_NEAR(white.at(view.width / 2, view.height / 2)[c], kept.at(view.width / 2, view.height / 2)[c], 6);
  }
}

TEST(ExportBackground, TransparentPicturesHaveAlpha) {
  const TempFolder folder;
  const RotatingView view = WithMattes();
  const ExportOptions transparent{.background = "transparent"};
  ASSERT_TRUE(Export(view, "frames", folder / "webp", transparent, {}));
  EXPECT_TRUE(WebpHasAlpha(Slurp(folder / "webp" / "frame_0001.webp")));
  ASSERT_TRUE(
      Export(view, "frames", folder / "png", {.picture_format = "png", .background = "transparent"}, {}));
  const std::string png = Slurp(folder / "png" / "frame_0001.png");
  ASSERT_GT(png.size(), 26u);
  EXPECT_EQ(png[25], 6);  // IHDR: truecolor with alpha
  ASSERT_TRUE(Export(view, "webp", folder / "a.webp", transparent, {}));
  EXPECT_TRUE(AnimationHasAlpha(Slurp(folder / "a.webp")));
  ASSERT_TRUE(Export(view, "webp", folder / "b.webp", {}, {}));
  EXPECT_FALSE(AnimationHasAlpha(Slurp(folder / "b.webp")));
  ASSERT_TRUE(Export(view, "gif", folder / "a.gif", transparent, {}));
  const std::string gif = Slurp(folder / "a.gif");
  const std::size_t control = gif.find("\x21\xF9\x04");  // graphic control extension
  ASSERT_NE(control, std::string::npos);
  EXPECT_EQ(gif[control + 3] & 1, 1);  // has a transparent color
  ASSERT_TRUE(Export(view, "html", folder / "a.html", transparent, {}));
  EXPECT_THAT(Slurp(folder / "a.html"), HasSubstr("data:image/webp"));
}

TEST(ExportBackground, WhatCannotBeTransparentIsRefusedBeforeAnyWork) {
  const TempFolder folder;
  const RotatingView view = WithMattes();
  const auto refused = [&](const char* format, const ExportOptions& options) {
    const Status status = Export(view, format, folder / "out", options, {});
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << format;
    EXPECT_EQ(CheckExport(format, options).has_value(), status.has_value()) << format;
    return status ? std::string("accepted") : std::string(ErrorCodeName(status.error().code));
  };
  EXPECT_EQ(refused("mp4", {.background = "transparent"}), "invalid argument");
  EXPECT_EQ(refused("webm", {.background = "transparent"}), "invalid argument");
  EXPECT_EQ(refused("frames", {.picture_format = "jpeg", .background = "transparent"}), "invalid argument");
  EXPECT_EQ(refused("colmap", {.background = "white"}), "invalid argument");
  EXPECT_EQ(refused("html", {.background = "mauve"}), "invalid argument");
}

TEST(ExportBackground, WithoutMattesSaysSo) {
  const TempFolder folder;
  const Status status =
      Export(MakeUpView({.views = 3}), "frames", folder / "out", {.background = "white"}, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInsufficientData);
  EXPECT_FALSE(status.error().remedy.empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ExportBackground, AVideoMayHaveAColor) {
  const TempFolder folder;
  EXPECT_TRUE(Export(WithMattes(), "mp4", folder / "a.mp4", {.background = "#f0f0f0"}, {}));
}

}  // namespace
}  // namespace rv
