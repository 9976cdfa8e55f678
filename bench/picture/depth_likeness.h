// Depth of a captured frame beside the truth. Internal to bench/.
#pragma once

#include <vector>

#include "scene/image.h"

namespace rv::picture {

// Row by row.
struct DepthRaster {
  int width = 0, height = 0;
  std::vector<float> inverse;      // 1 / z, any unit; 0 = not known, or too far to tell
  std::vector<std::uint8_t> item;  // not 0: on the item
};

// Counts, so that those of frames can be added.
struct DepthTally {
  double px = 0;                             // of the item, without the outermost pixel
  double within_half = 0, within_whole = 0;  // of them: off by at most 0.5 % and 1 % of the distance
  double steps_pct =
      0;  // sum over px of the distance between two values that can be stored, % of the distance
  // Pixels at true discontinuities, and those of them with one of the asset's within 2 px: inside the item, and between
  // item and what is behind. Then the asset's own inside the item, and those with a true one within 2 px.
  double inner = 0, inner_found = 0, rim = 0, rim_found = 0, said = 0, said_right = 0;

  void Add(const DepthTally& other);
};

// Of two rasters of one size and unit. A discontinuity is where the inverse depths of two neighbors differ by 2 % of
// the larger; between item and background of the asset, where its matte ends: the depth of an even background is not
// known. `step`: of inverse depth, between two values that can be stored.
DepthTally CompareDepth(const DepthRaster& mine, const DepthRaster& truth, double step);

}  // namespace rv::picture
