// What the item stands on, for telling it from the item.
#pragma once

#include <optional>
#include <vector>

#include "reconstruct/subject/place.h"
#include "reconstruct/subject/volume.h"

namespace rv::subject {

struct Floor {
  orbit::SupportPlane plane;
  bool seen = false;  // by points on it; else it is taken to lie under the item
};

// The surface that points show, where the item's hull (per cell, 0 to 1) ends; or else a level plane there. Nothing
// without a hull.
std::optional<Floor> FindFloor(const Volume& volume,
                               const std::vector<float>& hull,
                               const SearchPlace& place);

// The hull but for what lies on the floor, where shadows may be taken for a part of the item.
std::vector<float> AboveFloor(const Volume& volume, std::vector<float> hull, const Floor& floor);

}  // namespace rv::subject
