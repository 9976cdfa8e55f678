#include "scene/spin_order.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rv {
namespace {

TEST(CoarseToFineOrder, HalvesItsSteps) {
  EXPECT_EQ(CoarseToFineOrder(18),
            (std::vector<std::size_t>{0, 8, 16, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15, 17}));
}

TEST(CoarseToFineOrder, IsAPermutationForEveryCount) {
  for (std::size_t count = 0; count < 80; ++count) {
    std::vector<std::size_t> order = CoarseToFineOrder(count);
    std::ranges::sort(order);
    ASSERT_EQ(order.size(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(order[i], i);
  }
}

}  // namespace
}  // namespace rv
