#include "capture/photos/photo_names.h"

#include <gtest/gtest.h>

namespace rv::photos {
namespace {

TEST(CleanName, KeepsWhatTheFormatHolds) {
  for (const std::string name :
       {"IMG_0001.HEIC", "with space 'quote' \"double\".jpg", "-dash.jpg", "\u00fcn\u00ef_7.jpg",
        "100%25.jpg", "\xF0\x9F\x98\x80.png", "no_extension", ".x"})
    EXPECT_EQ(CleanName(name), name);
}

TEST(CleanName, WritesOtherBytesAsHex) {
  EXPECT_EQ(CleanName("caf\xE9.jpg"), "caf%E9.jpg");
  EXPECT_EQ(CleanName("new\nline\x7F.jpg"), "new%0Aline%7F.jpg");
  EXPECT_EQ(CleanName("a\\b/c.jpg"), "a%5Cb%2Fc.jpg");
  EXPECT_EQ(CleanName("\xED\xA0\x80.jpg"), "%ED%A0%80.jpg");  // a lone surrogate
  EXPECT_EQ(CleanName("cut\xC3"), "cut%C3");
}

TEST(CleanName, ShortensTheStemBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\u00fc";
  const std::string cut = CleanName(name + ".jpeg");
  EXPECT_LE(cut.size(), 255U);
  EXPECT_EQ(cut.substr(cut.size() - 5), ".jpeg");
  EXPECT_EQ((cut.size() - 5) % 2, 0U);
}

TEST(UniqueNames, LeavesCleanNamesAlone) {
  EXPECT_EQ(UniqueNames({"a\xE9.jpg", "a%E9.jpg", "b.jpg", "b.jpg", "b~2.jpg"}),
            (std::vector<std::string>{"a%E9~2.jpg", "a%E9.jpg", "b.jpg", "b~3.jpg", "b~2.jpg"}));
  EXPECT_EQ(UniqueNames({"a", "a", "a"}), (std::vector<std::string>{"a", "a~2", "a~3"}));
  const std::string longest(255, 'x');
  EXPECT_EQ(UniqueNames({longest, longest})[1], std::string(253, 'x') + "~2");
}

}  // namespace
}  // namespace rv::photos
