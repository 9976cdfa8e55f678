// Options that every way of computing poses shares.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace rv {

struct ReconstructOptions {
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Seed of every random choice.
  std::uint64_t seed = 0;
  // Longest side of the pictures used for features, px. Larger is slower and more accurate on fine texture.
  int work_side_px = 1200;

  Status Validate() const;
};

}  // namespace rv
