// The colors of the item in a picture, measured rather than learned.
#pragma once

#include <span>
#include <vector>

#include "groknet/color/measured_color.h"
#include "scene/image.h"

namespace rv {

struct ColorOptions {
  // Colors at most. Range: 1..8.
  int colors = 4;
  // Colors nearer than this in CIELAB are one. Range: > 0.
  double merge_distance = 14;
  // Colors that cover less of the item are left out. Range: 0..0.5.
  double least_share = 0.06;
  unsigned seed = 1;
};

// Dominant colors by weighted k-means in CIELAB, largest share first; shares add up to at most 1. `image`
// has 3 channels, or 4 with the item's matte as alpha. Without a matte a pixel counts the more, the nearer it
// is to the center and the less it looks like what lines the border (the border's own dominant colors);
// where the item fills the picture that leaves the center. The same picture gives the same colors.
std::vector<MeasuredColor> MeasureColors(const Image& image, const ColorOptions& options = {});

// The same, with the share of each of cells x cells parts of the picture that the item covers (0..1,
// row-major), where there is no matte: cells that the item fills weigh most, those near the center more than
// those far from it. A map that finds next to nothing is not believed.
std::vector<MeasuredColor> MeasureColors(const Image& image,
                                         std::span<const float> subject,
                                         int cells,
                                         const ColorOptions& options = {});

// The colors of several views of one item as one list, each view weighing `weights[i]` (>= 0).
std::vector<MeasuredColor> MergeColors(std::span<const std::vector<MeasuredColor>> views,
                                       std::span<const double> weights,
                                       const ColorOptions& options = {});

}  // namespace rv
