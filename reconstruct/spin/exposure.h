// Evens exposure and white balance between source frames: one gain per channel and frame in linear light,
// from the colors of the points that neighboring frames share, solved for all frames at once with the loop
// closed.
#pragma once

#include <vector>

#include "reconstruct/exposure/gain.h"
#include "reconstruct/spin/warp_mesh.h"
#include "scene/sweep.h"

namespace rv::spin {

// Gains of `sources` (capture order). Fails with kCorrupt when a picture does not decode.
Result<std::vector<exposure::Gain>> EstimateGains(const Sweep& sweep,
                                                  const Reconstruction& reconstruction,
                                                  const Orbit& orbit,
                                                  const std::vector<SourceCamera>& sources,
                                                  int threads);

}  // namespace rv::spin
