// A function marked RV_LANE_CLONES is compiled for AVX2 too, and the fitting version is chosen when the program starts. Sums
// and products are not contracted (cmake/options.cmake), so every version gives the same bits.
#pragma once

#if defined(__x86_64__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define RV_LANE_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#if !defined(RV_LANE_CLONES)
#define RV_LANE_CLONES
#endif
