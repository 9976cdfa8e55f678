// Pieces of a surface laid flat side by side in one square.
#pragma once

#include <vector>

#include "publish/mesh/item_frames.h"
#include "publish/mesh/surface.h"

namespace rv::mesh {

// A connected piece of triangles with one label, flattened.
struct Chart {
  std::vector<std::uint32_t> triangles;                 // of the surface
  std::vector<std::array<Eigen::Vector2f, 3>> corners;  // of each, px; from 0 on
  Eigen::Vector2f size = Eigen::Vector2f::Zero();       // px
  Eigen::Vector2i place = Eigen::Vector2i::Zero();      // of its top left corner in the atlas, px
};

// A seen piece lies as its frame's picture shows it, at the picture's size. An unseen one lies as seen along the axis that it
// faces most, at a quarter of the mean size: it has no detail.
std::vector<Chart> MakeCharts(const Surface& surface,
                              const std::vector<int>& labels,
                              const std::vector<Triangle>& neighbors,
                              const std::vector<ItemFrame>& frames);

// Places the charts in a square of at most `most_side` px, `gap` px apart, shrinking them by one factor where they do not
// fit. Returns the side, a power of two.
int PackCharts(int most_side, int gap, std::vector<Chart>& charts);

}  // namespace rv::mesh
