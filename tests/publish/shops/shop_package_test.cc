// Packages for shops through Export.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "publish/export.h"
#include "publish/shops/shop_pictures.h"
#include "tests/publish/made_up_view.h"
#include "tests/publish/shops/zip_check.h"

namespace rv {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeUpView;
using ::testing::SizeIs;
using testing::Slurp;
using testing::TempFolder;

// Views whose item is a disc that fills two thirds of their height; without poses, so that those rules cannot be told.
RotatingView WithDiscs(int views) {
  RotatingView out = MakeUpView({.views = views, .tier = Tier::kStabilized2d});
  Image matte = Image::Make(out.width, out.height, 1);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      if (std::hypot(x + 0.5 - out.width / 2.0, y + 0.5 - out.height / 2.0) < 40) *matte.at(x, y) = 255;
  for (View& view : out.views) view.matte = EncodePng(matte);
  return out;
}

Image Pixels(const std::string& bytes, const char* format, int side) {
  return Decode({.format = format, .width = side, .height = side, .bytes = {bytes.begin(), bytes.end()}}, 3)
      .value();
}

std::array<int, 3> Middle(const Image& image) {
  const std::uint8_t* rgb = image.at(image.width / 2, image.height / 2);
  return {rgb[0], rgb[1], rgb[2]};
}

TEST(ShopPackage, AmazonsZipHoldsTheTurnInItsOrderOnWhite) {
  const TempFolder folder;
  const ExportOptions options{.max_side_px = 96, .front_deg = 30, .anyway = true};
  ASSERT_TRUE(Export(WithDiscs(24), "amazon", folder / "B0ABCDEF12.zip", options, {}));
  const testing::CheckedZip zip = testing::CheckZip(Slurp(folder / "B0ABCDEF12.zip"));
  EXPECT_THAT(zip.faults, IsEmpty());
  ASSERT_THAT(zip.names, SizeIs(24));
  EXPECT_EQ(zip.names.front(), "B0ABCDEF12/B0ABCDEF12_001.png");
  EXPECT_EQ(zip.names.back(), "B0ABCDEF12/B0ABCDEF12_024.png");
  for (std::size_t i = 0; i < 24; ++i) {
    const Image picture = Pixels(zip.files.at(zip.names[i]), "png", 96);
    // From view 2 (30 degrees) on, backwards.
    EXPECT_EQ(testing::ViewOfColor(Middle(picture), 24), (26 - static_cast<int>(i)) % 24);
    for (const int at : {0, 95})
      for (int c = 0; c < 3; ++c) EXPECT_EQ(picture.at(at, at)[c], 255);
    // 88 % of 96 px lie between its edges.
    int filled = 0;
    for (int x = 0; x < 96; ++x)
      filled += picture.at(x, 48)[0] != 255 || picture.at(x, 48)[1] != 255 || picture.at(x, 48)[2] != 255;
    EXPECT_NEAR(filled, 0.88 * 96, 3);
  }
}

TEST(ShopPackage, WhatIsNotMetIsSaidAndNothingIsWritten) {
  const TempFolder folder;
  std::map<std::string, RuleResult::Verdict> verdicts;
  const Status refused = Export(WithDiscs(20), "walmart", folder / "out", {.max_side_px = 64}, {},
                                [&](const RuleResult& rule) { verdicts[rule.id] = rule.verdict; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInsufficientData);
  EXPECT_THAT(refused.error().details, Contains(HasSubstr("24 pictures")));
  EXPECT_THAT(refused.error().remedy, HasSubstr("--anyway"));
  EXPECT_EQ(verdicts["count"], RuleResult::Verdict::kNotMet);
  EXPECT_EQ(verdicts["bytes"], RuleResult::Verdict::kMet);
  EXPECT_EQ(verdicts["address"], RuleResult::Verdict::kUnknown);
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_TRUE(Export(WithDiscs(48), "walmart", folder / "out", {.max_side_px = 64}, {}));
  EXPECT_TRUE(fs::exists(folder / "out" / "item_024.jpg"));
  EXPECT_FALSE(fs::exists(folder / "out" / "item_025.jpg"));
}

TEST(ShopPackage, WithoutMattesTheBackgroundStaysAndIsRefused) {
  const TempFolder folder;
  const RotatingView view = MakeUpView({.tier = Tier::kStabilized2d});
  const Status refused = Export(view, "walmart", folder / "out", {.max_side_px = 64}, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().details, Contains(HasSubstr("where the item is")));
  EXPECT_TRUE(Export(view, "walmart", folder / "out", {.max_side_px = 64, .anyway = true}, {}));
}

TEST(ShopPackage, ProductNamesItsPicturesAndAModelOnlyWhereOneIsBeside) {
  const TempFolder folder;
  RotatingView view = WithDiscs(24);
  view.tags = {{"base_colour", "Red", 0.8}, {"material", "Wool", 0.3}};
  ExportOptions options{.max_side_px = 64, .title = "Red \"mug\"", .item_id = "MUG-1", .anyway = true};
  options.url_base = "https://example.com/mug";
  ASSERT_TRUE(Export(view, "google", folder / "out", options, {}));
  auto json = nlohmann::json::parse(Slurp(folder / "out" / "product.jsonld"));
  EXPECT_EQ(json["@type"], "Product");
  EXPECT_EQ(json["name"], "Red \"mug\"");
  EXPECT_EQ(json["color"], "Red");
  EXPECT_FALSE(json.contains("material"));  // less likely than not
  EXPECT_FALSE(json.contains("subjectOf"));
  ASSERT_THAT(json["image"], SizeIs(11));
  for (const std::string address : json["image"]) {
    ASSERT_EQ(address.find("https://example.com/mug/images/"), 0);
    EXPECT_TRUE(fs::exists(folder / "out" / address.substr(24))) << address;
  }
  std::ofstream(folder / "item.glb", std::ios::binary) << "glTF" << std::string(60, 'x');
  options.model = (folder / "item.glb").string();
  ASSERT_TRUE(Export(view, "json-ld", folder / "out", options, {}));
  json = nlohmann::json::parse(Slurp(folder / "out" / "product.jsonld"));
  EXPECT_EQ(json["subjectOf"]["@type"], "3DModel");
  EXPECT_EQ(json["subjectOf"]["encoding"]["contentUrl"], "https://example.com/mug/model.glb");
  EXPECT_EQ(Slurp(folder / "out" / "model.glb").size(), 64);
  std::ofstream(folder / "item.glb", std::ios::binary) << "a spin is no model, whatever its name";
  const Status no_model = Export(view, "json-ld", folder / "out2", options, {});
  ASSERT_FALSE(no_model);
  EXPECT_EQ(no_model.error().code, ErrorCode::kInvalidArgument);
}

TEST(ShopPackage, PosterIsTheGivenFrontKeptOrOnWhite) {
  const TempFolder folder;
  const RotatingView view = WithDiscs(24);
  ASSERT_TRUE(Export(view, "poster", folder / "kept.png", {.front_deg = 91}, {}));
  ASSERT_TRUE(Export(view, "poster", folder / "white.jpg", {.background = "white", .front_deg = 91}, {}));
  const auto read = [&](const char* name, const char* format) {
    const std::string bytes = Slurp(folder / name);
    return Decode({.format = format,
                   .width = view.width,
                   .height = view.height,
                   .bytes = {bytes.begin(), bytes.end()}},
                  3)
        .value();
  };
  EXPECT_EQ(testing::ViewOfColor(Middle(read("kept.png", "png")), 24), 6);
  EXPECT_LT(read("kept.png", "png").at(159, 60)[0], 100);
  EXPECT_GT(read("white.jpg", "jpeg").at(159, 60)[0], 250);
  EXPECT_TRUE(Export(view, "poster", folder / "best.jpg", {}, {}));
}

TEST(ShopPackage, OptionsThatMakeNoSenseAreRefusedBeforeAnyWork) {
  const TempFolder folder;
  const Status background = Export(WithDiscs(24), "amazon", folder / "x.zip", {.background = "#ff0000"}, {});
  ASSERT_FALSE(background);
  EXPECT_EQ(background.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(ShopPackage, GivesTheSameBytesOnAnyNumberOfThreadsAndStopsWhenTold) {
  const TempFolder folder;
  const RotatingView view = WithDiscs(24);
  ExportOptions options{.max_side_px = 64, .anyway = true, .threads = 1};
  ASSERT_TRUE(Export(view, "amazon", folder / "a.zip", options, {}));
  options.threads = 3;
  ASSERT_TRUE(Export(view, "amazon", folder / "b.zip", options, {}));
  EXPECT_EQ(Slurp(folder / "a.zip"), Slurp(folder / "b.zip"));
  int calls = 0;
  const Status stopped = Export(view, "amazon", folder / "c.zip", options,
                                [&](std::string_view, double) { return ++calls < 3; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(fs::exists(folder / "c.zip"));
}

TEST(ShopPictures, QualityIsLoweredUntilTheFileIsSmallEnough) {
  RotatingView view = WithDiscs(1);
  Image noise = Image::Make(view.width, view.height, 3);
  for (std::size_t i = 0; i < noise.pixels.size(); ++i)
    noise.pixels[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
  view.views[0].image = EncodePng(noise);
  const auto made = [&](std::size_t most_bytes) {
    const shops::PictureOrder order{.frame = {.left = 0, .top = 0, .side = 120},
                                    .side_px = 120,
                                    .format = "jpeg",
                                    .most_bytes = most_bytes,
                                    .threads = 1};
    return shops::MakePictures(view, {0}, order, {}).value().front().encoded.bytes.size();
  };
  const std::size_t best = made(0);
  EXPECT_LE(made(best * 3 / 4), best * 3 / 4);
}

}  // namespace
}  // namespace rv
