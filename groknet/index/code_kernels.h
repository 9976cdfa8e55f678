// The kernels of code_scan.h: distances of 64 codes from one query, in every instruction set.
#pragma once

#include <cstdint>

#include "groknet/index/code_scan.h"

namespace rv::index {

inline constexpr std::size_t kScanRows = 64;

// Writes the distances of 64 codes (2048 bytes, any alignment) from `query` (the code's 32 bytes as four
// words in memory order) and gives the rows with a distance below `below`, row i in bit i.
using ScanRowsFunction = std::uint64_t (*)(const std::uint8_t* codes,
                                           const std::uint64_t* query,
                                           std::uint16_t below,
                                           std::uint16_t* distances);

// The kernel must run on this processor.
ScanRowsFunction ScanRows(ScanKernel kernel);

}  // namespace rv::index
