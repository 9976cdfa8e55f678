// How far a view's features lie from the epipolar lines of the same features in captured frames that they were not
// taken from: what a warp bends shows here, without any truth but the poses.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "bench/picture/carried.h"

namespace rv::picture {

struct EpipolarFigures {
  int matches = 0;
  double p95_px = 0;  // of the view
};

// `item_px`: size of the item in the view; farther matches than a part of that are taken as wrong ones. None where too
// few features match.
Result<std::optional<EpipolarFigures>> EpipolarOf(const RotatingView& view,
                                                  std::size_t index,
                                                  const CarriedOutlines& outlines,
                                                  double item_px);

}  // namespace rv::picture
