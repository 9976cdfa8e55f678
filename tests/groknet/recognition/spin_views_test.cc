#include "groknet/recognition/spin_views.h"

#include <gtest/gtest.h>

namespace rv {
namespace {

// A gray picture of 60 x 40 with a red item at [20, 30) x [10, 30).
View RedOnGray(int item_rows) {
  Image picture = Image::Make(60, 40, 3), matte = Image::Make(60, 40, 1);
  for (std::uint8_t& value : picture.pixels) value = 120;
  for (int y = 10; y < 10 + item_rows; ++y)
    for (int x = 20; x < 30; ++x) {
      *matte.at(x, y) = 255;
      picture.at(x, y)[0] = 220;
      picture.at(x, y)[1] = picture.at(x, y)[2] = 10;
    }
  View view;
  view.image = EncodePng(picture);
  view.matte = EncodePng(matte);
  return view;
}

TEST(SpinViews, ShowTheItemAloneWhereItsMatteIsKnown) {
  RotatingView spin;
  spin.views = {RedOnGray(20), RedOnGray(20)};
  spin.views[1].matte = {};
  const Result<std::vector<Image>> views = DecodeSpinViews(spin, 2);
  ASSERT_TRUE(views) << views.error().message;
  const Image& item = views->at(0);
  ASSERT_EQ(item.channels, 4);
  EXPECT_EQ(item.width, 14);  // a tenth of the longer side about it
  EXPECT_EQ(item.height, 24);
  EXPECT_EQ(item.at(0, 0)[3], 0);
  EXPECT_EQ(item.at(2, 2)[3], 255);
  EXPECT_EQ(item.at(2, 2)[0], 220);
  EXPECT_EQ(item.at(11, 21)[3], 255);
  EXPECT_EQ(item.at(12, 21)[3], 0);
  EXPECT_EQ(views->at(1).channels, 3);
  EXPECT_EQ(views->at(1).width, 60);
}

TEST(SpinViews, AMatteOfNextToNothingIsNotBelieved) {
  RotatingView spin;
  spin.views = {RedOnGray(1)};
  const Result<std::vector<Image>> views = DecodeSpinViews(spin, 1);
  ASSERT_TRUE(views) << views.error().message;
  EXPECT_EQ(views->at(0).channels, 3);
  EXPECT_EQ(views->at(0).width, 60);
}

TEST(SpinViews, ABrokenMatteIsAnError) {
  RotatingView spin;
  spin.views = {RedOnGray(20)};
  spin.views[0].matte.bytes.resize(20);
  EXPECT_FALSE(DecodeSpinViews(spin, 1));
}

}  // namespace
}  // namespace rv
