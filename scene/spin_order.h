// The order in which the views of a spin are stored and sent.
#pragma once

#include <cstddef>
#include <vector>

namespace rv {

// Coarse to fine, so that a spin turns before all of it has arrived: every 8th view first, then what is missing
// of every 4th, every 2nd and all. A permutation of 0..count-1.
std::vector<std::size_t> CoarseToFineOrder(std::size_t count);

}  // namespace rv
