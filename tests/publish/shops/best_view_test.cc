#include "publish/shops/best_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rv::shops {
namespace {

using ::testing::HasSubstr;

TEST(ChooseBestView, TheFrontIsOneOfTheSymmetricViewsAndTagsDecideWhich) {
  std::vector<ViewMarks> marks(8, {.symmetry = 0.4, .sharpness = 9});
  marks[2] = {.symmetry = 0.93, .sharpness = 5};
  marks[6] = {.symmetry = 0.95, .sharpness = 3};
  EXPECT_EQ(ChooseBestView(marks).view, 2);  // more detail, and as good as symmetric
  marks[6].agreement = 0.8;
  marks[2].agreement = 0.3;
  EXPECT_EQ(ChooseBestView(marks).view, 6);
  EXPECT_THAT(ChooseBestView(marks).why, HasSubstr("front"));
}

TEST(ChooseBestView, WithoutAClearFrontItIsTheSharpest) {
  std::vector<ViewMarks> marks(8, {.symmetry = 0.9, .sharpness = 2});
  marks[5].sharpness = 4;
  marks[1].symmetry = 0.97;
  EXPECT_EQ(ChooseBestView(marks).view, 5);
}

// A disc with a bar on it, in the middle or at its left.
View Drawn(bool like_halves) {
  Image picture = Image::Make(120, 100, 3, 90), matte = Image::Make(120, 100, 1);
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 120; ++x) {
      const int dx = 2 * x + 1 - 130, dy = 2 * y + 1 - 100;  // about (65, 50), not the picture's middle
      if (dx * dx + dy * dy > 70 * 70) continue;
      *matte.at(x, y) = 255;
      const bool bar = like_halves ? std::abs(dx) < 20 : dx < -20;
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = bar ? 20 : 220;
    }
  return {.image = EncodePng(picture), .matte = EncodePng(matte)};
}

TEST(MarkViews, TellsAViewWithLikeHalvesFromOneWithout) {
  RotatingView view{.width = 120, .height = 100};
  view.views = {Drawn(true), Drawn(false)};
  view.tags = {{"article_type", "Plate", 0.9}};
  view.views[1].tags = {{"article_type", "Plate", 0.7}};
  const auto marks = MarkViews(view, 1);
  ASSERT_TRUE(marks);
  EXPECT_GT((*marks)[0].symmetry, 0.95);
  EXPECT_LT((*marks)[1].symmetry, 0.8);
  EXPECT_GT((*marks)[0].sharpness, 1);
  EXPECT_EQ((*marks)[0].agreement, 0);
  EXPECT_NEAR((*marks)[1].agreement, 0.7, 1e-9);
  view.views[1].image.bytes.resize(10);
  const auto damaged = MarkViews(view, 1);
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().message, HasSubstr("view 2"));
}

}  // namespace
}  // namespace rv::shops
