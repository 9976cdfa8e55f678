#include "reconstruct/descriptor_matching.h"

#include <algorithm>
#include <cmath>

#include "reconstruct/features.h"

namespace rv::internal {
namespace {

struct Best {
  int index = -1;
  std::int32_t first = -1;   // dot product with the nearest
  std::int32_t second = -1;  // and with the second nearest
  void Offer(int candidate, std::int32_t dot) {
    if (dot <= second) return;  // nearly always
    if (dot > first) {
      second = first;
      first = dot;
      index = candidate;
    } else {
      second = dot;
    }
  }
};

// Four rows against one at a time keeps the row in registers. The compiler turns the sums into multiply-adds.
__attribute__((target_clones("arch=skylake-avx512", "avx2", "default"))) void DotFour(const std::int16_t* rows,
                                                                          const std::int16_t* other,
                                                                          std::int32_t* dots) {
  std::int32_t d0 = 0, d1 = 0, d2 = 0, d3 = 0;
  for (int i = 0; i < kDescriptorSize; ++i) {
    const std::int32_t v = other[i];
    d0 += rows[i] * v;
    d1 += rows[kDescriptorSize + i] * v;
    d2 += rows[2 * kDescriptorSize + i] * v;
    d3 += rows[3 * kDescriptorSize + i] * v;
  }
  dots[0] = d0;
  dots[1] = d1;
  dots[2] = d2;
  dots[3] = d3;
}

std::int32_t DotOne(const std::int16_t* row, const std::int16_t* other) {
  std::int32_t sum = 0;
  for (int i = 0; i < kDescriptorSize; ++i) sum += std::int32_t{row[i]} * other[i];
  return sum;
}

double Angle(std::int32_t dot) { return std::acos(std::clamp(dot / (512.0 * 512.0), -1.0, 1.0)); }

bool Accept(const Best& best, const MatchOptions& options) {
  if (best.index < 0) return false;
  const double angle = Angle(best.first);
  return angle <= options.max_angle_rad && (best.second < 0 || angle <= options.max_ratio * Angle(best.second));
}

}  // namespace

std::vector<FeatureMatch> MatchDescriptors(std::span<const std::int16_t> a,
                                           std::span<const std::int16_t> b,
                                           const MatchOptions& options) {
  const int count_a = static_cast<int>(a.size() / kDescriptorSize);
  const int count_b = static_cast<int>(b.size() / kDescriptorSize);
  std::vector<Best> best_a(count_a);
  std::vector<Best> best_b(count_b);
  constexpr int kBlock = 64;  // columns that stay in the first-level cache while all rows pass
  std::int32_t dots[4];
  for (int j0 = 0; j0 < count_b; j0 += kBlock) {
    const int j1 = std::min(count_b, j0 + kBlock);
    int i = 0;
    for (; i + 4 <= count_a; i += 4) {
      for (int j = j0; j < j1; ++j) {
        DotFour(&a[i * kDescriptorSize], &b[j * kDescriptorSize], dots);
        for (int k = 0; k < 4; ++k) {
          best_a[i + k].Offer(j, dots[k]);
          best_b[j].Offer(i + k, dots[k]);
        }
      }
    }
    for (; i < count_a; ++i) {
      for (int j = j0; j < j1; ++j) {
        const std::int32_t dot = DotOne(&a[i * kDescriptorSize], &b[j * kDescriptorSize]);
        best_a[i].Offer(j, dot);
        best_b[j].Offer(i, dot);
      }
    }
  }
  std::vector<FeatureMatch> matches;
  for (int i = 0; i < count_a; ++i) {
    const Best& forward = best_a[i];
    if (Accept(forward, options) && best_b[forward.index].index == i && Accept(best_b[forward.index], options))
      matches.push_back({i, forward.index});
  }
  return matches;
}

}  // namespace rv::internal
