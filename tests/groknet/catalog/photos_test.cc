#include "groknet/catalog/photos.h"

#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/temp_folder.h"

namespace rv::catalog {
namespace {

// Left half black, right half white.
Image Halves(int width, int height) {
  Image image = Image::Make(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = width / 2; x < width; ++x)
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = 255;
  return image;
}

TEST(IsRview, GoesByTheName) {
  EXPECT_TRUE(IsRview("a/shoe.rview"));
  EXPECT_FALSE(IsRview("a/shoe.jpg"));
  EXPECT_FALSE(IsRview("rview"));
}

TEST(DecodeInBatches, CutsToTheCropAndKeepsTheOrder) {
  const TempFolder folder = std::move(TempFolder::Make().value());
  const auto picture = folder.path() / "halves.png";
  ASSERT_TRUE(WriteFileAtomically(picture, EncodePng(Halves(40, 20)).bytes));
  const std::vector<std::filesystem::path> photos = {picture, folder.path() / "none.png"};
  std::size_t seen = 0;
  const Status done =
      DecodeInBatches(photos, {.crop = {0.5, 0.25, 0.5, 0.5}}, {},
                      [&](std::size_t first, const std::vector<Result<Image>>& some) -> Status {
                        EXPECT_EQ(first, 0U);
                        EXPECT_EQ(some.size(), 2U);
                        seen += some.size();
                        EXPECT_TRUE(some[0]);
                        EXPECT_EQ(some[0]->width, 20);
                        EXPECT_EQ(some[0]->height, 10);
                        EXPECT_EQ(some[0]->at(0, 0)[0], 255);
                        EXPECT_FALSE(some[1]);
                        return {};
                      });
  EXPECT_TRUE(done);
  EXPECT_EQ(seen, 2U);
}

TEST(DecodeInBatches, RefusesACropOutsideThePhoto) {
  for (const std::vector<double>& crop :
       {std::vector<double>{0.5, 0, 0.6, 1}, std::vector<double>{0, 0, 0, 1}, std::vector<double>{0, 0, 1}}) {
    const Status done = DecodeInBatches({}, {.crop = crop}, {}, {});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(LoadTagger, RefusesADeviceThatIsNone) {
  const Result<Tagger> tagger = LoadTagger({.device = "abacus"});
  ASSERT_FALSE(tagger);
  EXPECT_EQ(tagger.error().code, ErrorCode::kInvalidArgument);
}

TEST(DeviceNote, SaysWhereTheModelRuns) {
  EXPECT_EQ(DeviceNote({.requested = DeviceRequest::kAuto}), "device: cpu, chosen by auto");
  EXPECT_EQ(
      DeviceNote({.requested = DeviceRequest::kWebGpu, .actual = DeviceKind::kWebGpu, .adapter = "card"}),
      "device: webgpu (card)");
}

}  // namespace
}  // namespace rv::catalog
