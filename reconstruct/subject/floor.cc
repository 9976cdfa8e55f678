#include "reconstruct/subject/floor.h"

#include <cmath>

#include "base/statistics.h"

namespace rv::subject {

std::optional<Floor> FindFloor(const Volume& volume,
                               const std::vector<float>& hull,
                               const SearchPlace& place) {
  constexpr double kLowest = 0.01;     // share of the hull's cells that may lie lower
  constexpr double kFromBottom = 0.3;  // radii
  std::vector<double> heights;
  for (int z = 0; z < volume.size.depth; ++z)
    for (int y = 0; y < volume.size.height; ++y)
      for (int x = 0; x < volume.size.width; ++x)
        if (hull[volume.Index(x, y, z)] > 0.5F) heights.push_back(place.up.dot(volume.At(x, y, z)));
  if (heights.empty()) return std::nullopt;
  const double bottom = Quantile(std::move(heights), kLowest) - volume.cell / 2;
  if (place.surface) {
    const Eigen::Vector3d under = place.center + place.up * (bottom - place.up.dot(place.center));
    if (std::abs(place.surface->Above(under)) < kFromBottom * place.radius)
      return Floor{.plane = *place.surface, .seen = true};
  }
  return Floor{.plane = {.normal = place.up, .offset = bottom}};
}

std::vector<float> AboveFloor(const Volume& volume, std::vector<float> hull, const Floor& floor) {
  constexpr double kAbove = 2;  // cells
  for (int z = 0; z < volume.size.depth; ++z)
    for (int y = 0; y < volume.size.height; ++y)
      for (int x = 0; x < volume.size.width; ++x)
        if (floor.plane.Above(volume.At(x, y, z)) < kAbove * volume.cell) hull[volume.Index(x, y, z)] = 0;
  return hull;
}

}  // namespace rv::subject
