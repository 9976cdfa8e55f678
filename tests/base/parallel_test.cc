#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rv {
namespace {

TEST(ParallelFor, VisitsEachItemOnce) {
  for (const int threads : {0, 1, 2, 7}) {
    for (const std::size_t count : {0U, 1U, 2U, 1000U}) {
      std::vector<std::atomic<int>> visits(count);
      ParallelFor(count, threads, [&](std::size_t i) { ++visits[i]; });
      for (const auto& visit : visits) ASSERT_EQ(visit, 1);
    }
  }
}

TEST(ParallelFor, OneThreadGoesInOrderOnTheCallersThread) {
  std::vector<std::size_t> order;
  const std::thread::id caller = std::this_thread::get_id();
  ParallelFor(5, 1, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

TEST(ParallelFor, PassesAnExceptionOnAndStops) {
  for (const int threads : {1, 4}) {
    std::atomic<int> visited{0};
    EXPECT_THROW(ParallelFor(100'000, threads,
                             [&](std::size_t i) {
                               ++visited;
                               if (i == 3) throw std::runtime_error("three");
                               // Else the others may be done before the thread that throws is given a core.
                               std::this_thread::sleep_for(std::chrono::microseconds(10));
                             }),
                 std::runtime_error);
    EXPECT_LT(visited, 100'000);
  }
}

TEST(ParallelFor, MayBeNested) {
  std::atomic<int> sum{0};
  ParallelFor(8, 3, [&](std::size_t) { ParallelFor(8, 3, [&](std::size_t) { ++sum; }); });
  EXPECT_EQ(sum, 64);
}

TEST(HardwareThreads, IsAtLeastOne) { EXPECT_GE(HardwareThreads(), 1); }

}  // namespace
}  // namespace rv
