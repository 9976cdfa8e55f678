// Dense depth in frames of the ring, of the item and of what is behind it apart. Planes are swept with the frame itself as
// reference (plane_sweep), aggregated (aggregate), held against the other frames' depths (agreement), and smoothed where
// they are unsure; where nothing is sure, the item is taken to be at its hull's front.
#pragma once

#include <cstdint>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/depth_grid.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv::depth {

struct DepthInput {
  const Sweep& sweep;
  const Reconstruction& reconstruction;
  const Orbit& orbit;
  const Subject& subject;
  const std::vector<std::uint32_t>& ring;  // frames that may be compared with
  const std::vector<bool>& wanted;         // per entry of `ring`: whether its depth is asked for
};

struct FrameDepth {
  DepthGrid item;  // and of a margin about it; empty where the item is not known or not seen
  DepthGrid
      behind;  // of the whole frame without the item, which it goes on under; empty where it has no depth
  // The background is even: nobody sees how it moves, and `item` goes on over the whole frame.
  bool even = false;
};

// Per entry of `ring`; empty where not asked for. Fails with kCorrupt when a picture does not decode.
Result<std::vector<FrameDepth>> MeasureDepths(const DepthInput& in, int threads, const Progress& progress);

}  // namespace rv::depth
