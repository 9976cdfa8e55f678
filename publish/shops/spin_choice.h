// Which views of a spin become the pictures of a shop's spin.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "scene/rotating_view.h"

namespace rv::shops {

struct SpinChoice {
  std::vector<std::size_t> views;  // of the asset, in the shop's order
  double most_off_deg = 0;         // the largest distance of one from where it should be
  bool distinct = true;            // no view twice
};

// The item turns counter-clockwise seen from above from picture to picture, so that the camera goes clockwise about it: azimuths
// fall. Of the numbers allowed (best first), the first whose equal steps the views have within `kEvenDeg`; else the
// one that comes nearest. `first`: the view that is picture 1.
SpinChoice ChooseSpin(const RotatingView& view, std::span<const int> counts, std::size_t first);

// Steps that differ by less count as equal, degrees.
inline constexpr double kEvenDeg = 0.5;

// The view nearest to an azimuth.
std::size_t ViewAt(const RotatingView& view, double azimuth_deg);

}  // namespace rv::shops
