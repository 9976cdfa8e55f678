// The square of a view's picture that a shop's picture shows: one for all views, so that the spin stands still.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::shops {

// Of a matte, px; right and bottom are past the last pixel.
struct ItemBox {
  int left = 0, top = 0, right = 0, bottom = 0;
  bool empty() const { return right <= left; }
};
ItemBox BoxOf(const Image& matte);

struct SquareFrame {
  int left = 0, top = 0;  // px of the view; may lie outside it, where the background goes on
  int side = 0;
  double fill = 0;               // width or height of the item over the side, where it is largest
  std::vector<std::size_t> cut;  // views whose item touches the edge of the picture
  bool known = false;            // false: no matte says where the item is, the square is the whole picture
};

// Holds the items of `boxes` whole, as many as `chosen` views. Left to right its middle is that of the views, which is the
// axis that the item turns about; up and down the items' own. The item fills `wanted_fill` where it is largest, less
// where it stands beside the axis.
SquareFrame FrameItems(const RotatingView& view,
                       const std::vector<std::size_t>& chosen,
                       const std::vector<ItemBox>& boxes,
                       double wanted_fill);

// Pixels of the view for one of the captured frame that it shows, the median over the chosen views; 1 where there are no
// poses.
double ViewEnlargement(const RotatingView& view, const std::vector<std::size_t>& chosen);

// Of the virtual cameras above the item's middle, degrees; none where there are no poses.
struct Elevation {
  double mean_deg = 0;
  double range_deg = 0;  // highest less lowest
};
std::optional<Elevation> ElevationOf(const RotatingView& view, const std::vector<std::size_t>& chosen);

}  // namespace rv::shops
