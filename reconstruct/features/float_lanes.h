// Eight floats at a time, in plain C++: the compiler makes of it what the processor has. Sums and products
// are not contracted (cmake/options.cmake), so every version gives the same bits.
#pragma once

#include "base/lane_clones.h"

namespace rv::features {

inline constexpr int kLanes = 8;
// Unaligned loads and stores through pointers to float are allowed.
using Lanes = float __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
using IntLanes = int __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

}  // namespace rv::features
