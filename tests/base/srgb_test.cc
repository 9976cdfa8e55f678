#include "base/srgb.h"

#include <gtest/gtest.h>

namespace rv {
namespace {

TEST(Srgb, RoundTripsEveryByte) {
  for (int level = 0; level < 256; ++level)
    EXPECT_NEAR(255 * SrgbFromLinear(LinearFromSrgb(level / 255.0)), level, 1e-4);
}

TEST(Srgb, KnowsReferenceValues) {
  EXPECT_EQ(LinearFromSrgb(0), 0);
  EXPECT_NEAR(LinearFromSrgb(1), 1, 1e-12);
  EXPECT_NEAR(LinearFromSrgb(0.04), 0.04 / 12.92, 1e-12);  // the linear toe
  EXPECT_NEAR(LinearFromSrgb(0.5), 0.21404114, 1e-7);
}

}  // namespace
}  // namespace rv
