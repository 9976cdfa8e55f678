// The colours of the item in a picture, measured rather than learned.
#pragma once

#include <span>
#include <vector>

#include "groknet/color/measured_color.h"
#include "scene/image.h"

namespace rv {

struct ColourOptions {
  // Colours at most. Range: 1..8.
  int colours = 4;
  // Colours nearer than this in CIELAB are one. Range: > 0.
  double merge_distance = 14;
  // Colours that cover less of the item are left out. Range: 0..0.5.
  double least_share = 0.06;
  unsigned seed = 1;
};

// Dominant colours by weighted k-means in CIELAB, largest share first; shares add up to at most 1. `image`
// has 3 channels, or 4 with the item's matte as alpha. Without a matte a pixel counts the more, the nearer it
// is to the centre and the less it looks like what lines the border (the border's own dominant colours);
// where the item fills the picture that leaves the centre. The same picture gives the same colours.
std::vector<MeasuredColour> MeasureColours(const Image& image, const ColourOptions& options = {});

// The same, with the share of each of cells x cells parts of the picture that the item covers (0..1,
// row-major), where there is no matte: cells that the item fills weigh most, those near the centre more than
// those far from it. A map that finds next to nothing is not believed.
std::vector<MeasuredColour> MeasureColours(const Image& image,
                                           std::span<const float> subject,
                                           int cells,
                                           const ColourOptions& options = {});

// The colours of several views of one item as one list, each view weighing `weights[i]` (>= 0).
std::vector<MeasuredColour> MergeColours(std::span<const std::vector<MeasuredColour>> views,
                                         std::span<const double> weights,
                                         const ColourOptions& options = {});

}  // namespace rv
