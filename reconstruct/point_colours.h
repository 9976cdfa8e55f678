// The colour of each point, read from the captured frames.
#pragma once

#include "scene/reconstruction.h"
#include "scene/result.h"
#include "scene/sweep.h"

namespace rv::internal {

// Sets Point::rgb from the middle observation of its track. Each frame is decoded once, at a small size.
Status ColourPoints(const Sweep& sweep, int threads, Reconstruction& reconstruction);

}  // namespace rv::internal
