#include "reconstruct/subject/surface.h"

#include <algorithm>

namespace rv::subject {
namespace {

constexpr float kOfHull = 0.5F;

// The axis through the middle of the smallest circle about the footprint (Badoiu and Clarkson, "Smaller core-sets for
// balls", SODA 2003), half-way up.
void Center(const Eigen::Vector3d& up, Subject& out) {
  constexpr int kCircleSteps = 400;
  double low = 1e300, high = -1e300;
  for (const Eigen::Vector3d& p : out.surface) {
    low = std::min(low, up.dot(p));
    high = std::max(high, up.dot(p));
  }
  const auto flat = [&](const Eigen::Vector3d& p) -> Eigen::Vector3d { return p - up * up.dot(p); };
  Eigen::Vector3d middle = flat(out.surface.front());
  for (int step = 1; step <= kCircleSteps; ++step) {
    Eigen::Vector3d farthest = middle;
    for (const Eigen::Vector3d& p : out.surface)
      if ((flat(p) - middle).squaredNorm() > (farthest - middle).squaredNorm()) farthest = flat(p);
    middle += (farthest - middle) / (step + 1);
  }
  out.center = middle + up * (low + high) / 2;
  for (const Eigen::Vector3d& p : out.surface) out.radius = std::max(out.radius, (p - out.center).norm());
  out.radius += out.cell / 2;
}

}  // namespace

std::size_t MeasureHull(const Volume& volume,
                        const std::vector<float>& hull,
                        const Eigen::Vector3d& up,
                        Subject& out) {
  const auto& size = volume.size;
  const auto in = [&](int x, int y, int z) {
    return x >= 0 && y >= 0 && z >= 0 && x < size.width && y < size.height && z < size.depth &&
           hull[volume.Index(x, y, z)] > kOfHull;
  };
  const auto enclosed = [&](int x, int y, int z) {
    return in(x - 1, y, z) && in(x + 1, y, z) && in(x, y - 1, z) && in(x, y + 1, z) && in(x, y, z - 1) &&
           in(x, y, z + 1);
  };
  for (int z = 0; z < size.depth; ++z)
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x)
        if (in(x, y, z) && !enclosed(x, y, z)) out.surface.push_back(volume.At(x, y, z));
  out.cell = volume.cell;
  if (!out.surface.empty()) Center(up, out);
  return out.surface.size();
}

}  // namespace rv::subject
