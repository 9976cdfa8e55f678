// Depth and matte from the rays that draw a picture.
#pragma once

#include "tests/support/render/synthetic_sweep.h"
#include "tests/support/render/visibility.h"

namespace rv::synthetic {

// Through each pixel's center, shifted as `look` is.
DepthTruth DepthAlong(const Stage& stage, const Lens& lens, const Look& look, int threads);

}  // namespace rv::synthetic
