// Depth and outlines of all frames as one field of signed distances: the outlines' hull (Laurentini, "The Visual Hull
// Concept", PAMI 1994), carved by the mean of truncated distances along the cameras' axes (Curless, Levoy, "A Volumetric
// Method for Building Complex Models from Range Images", SIGGRAPH 1996).
#pragma once

#include <Eigen/Core>
#include <vector>

#include "publish/mesh/item_frames.h"

namespace rv::mesh {

// Values at grid points low + cell * (i, j, k), x fastest; negative inside.
struct Volume {
  Eigen::Vector3f low = Eigen::Vector3f::Zero();
  float cell = 0;
  Eigen::Vector3i size = Eigen::Vector3i::Zero();
  std::vector<float> values;

  std::size_t At(int i, int j, int k) const {
    return (static_cast<std::size_t>(k) * static_cast<std::size_t>(size.y()) + static_cast<std::size_t>(j)) *
               static_cast<std::size_t>(size.x()) +
           static_cast<std::size_t>(i);
  }
  Eigen::Vector3f Point(int i, int j, int k) const {
    return low + cell * Eigen::Vector3f(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k));
  }
};

// Of the depths of all frames: where the item lies, without the outermost thousandth at either end, and the height that
// it stands at.
struct ItemBounds {
  Eigen::Vector3f low, high;
};
ItemBounds BoundsOf(const std::vector<ItemFrame>& frames);

// `cells` along the longest side of the bounds. What is under the bounds counts as outside: cameras above the item never see
// its underside, and the hull would hang down there as a cone.
Volume FuseVolume(const std::vector<ItemFrame>& frames, const ItemBounds& bounds, int cells, int threads);

}  // namespace rv::mesh
