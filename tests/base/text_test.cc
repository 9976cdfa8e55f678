#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "base/options.h"

namespace rv {
namespace {

TEST(Text, JoinsItsParts) {
  EXPECT_EQ(Text(), "");
  EXPECT_EQ(Text("frame ", 12, " of ", std::filesystem::path("a/b.mp4"), '.'), "frame 12 of a/b.mp4.");
  EXPECT_EQ(Text(std::string("a"), std::string_view("b"), 'c'), "abc");
}

TEST(Text, WritesWholeNumbersOfEveryWidth) {
  EXPECT_EQ(Text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Text(std::uint8_t{65}), "65");
}

TEST(Fixed, WritesAsManyDigitsAsAsked) {
  EXPECT_EQ(Fixed(1.25, 1), "1.2");  // rounds to even
  EXPECT_EQ(Fixed(-0.5, 3), "-0.500");
  for (const double value : {0.1, -123.456, 1e300, std::numeric_limits<double>::lowest()})
    EXPECT_EQ(Fixed(value, 6), std::to_string(value));
}

TEST(FieldOutOfRange, NamesFieldRangeAndValue) {
  const Status whole = FieldOutOfRange("views", 1, "2 to 720");
  EXPECT_EQ(whole.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(whole.error().message, "views must be 2 to 720, got 1");
  const Status real = FieldOutOfRange("share", 1.5, "0 to 1");
  EXPECT_EQ(real.error().message, "share must be 0 to 1, got 1.500000");
}

}  // namespace
}  // namespace rv
