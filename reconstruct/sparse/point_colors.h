// The color of each point, read from the captured frames.
#pragma once

#include "base/result.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::sparse {

// Sets Point::rgb from the middle observation of its track. Each frame is decoded once, at a small size.
Status ColorPoints(const Sweep& sweep, int threads, Reconstruction& reconstruction);

}  // namespace rv::sparse
