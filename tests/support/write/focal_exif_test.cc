#include "tests/support/write/focal_exif.h"

#include <gtest/gtest.h>

namespace rv {
namespace {

TEST(FocalExif, FollowsTheFirstMarkerAndKeepsThePicture) {
  EncodedImage jpeg = EncodeJpeg(Image::Make(40, 30, 3, 90), 90);
  const std::size_t plain = jpeg.bytes.size();
  AddFocalExif(Camera::Simple(40, 30, 30), jpeg);
  EXPECT_EQ(jpeg.bytes[2], 0xFF);
  EXPECT_EQ(jpeg.bytes[3], 0xE1);
  const std::size_t length = jpeg.bytes[4] * 256U + jpeg.bytes[5];
  EXPECT_EQ(jpeg.bytes.size(), plain + 2 + length);
  EXPECT_TRUE(Decode(jpeg, 3));
}

}  // namespace
}  // namespace rv
