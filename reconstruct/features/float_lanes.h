// Eight floats at a time, in plain C++: the compiler makes of it what the processor has. Sums and products
// are not contracted (cmake/options.cmake), so every version gives the same bits.
#pragma once

// A function so marked is compiled for AVX2 too, and the fitting version is chosen when the program starts.
#if defined(__x86_64__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define RV_LANE_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#if !defined(RV_LANE_CLONES)
#define RV_LANE_CLONES
#endif

namespace rv::features {

inline constexpr int kLanes = 8;
// Unaligned loads and stores through pointers to float are allowed.
using Lanes = float __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
using IntLanes = int __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

}  // namespace rv::features
