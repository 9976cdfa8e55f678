// The surface that the item stands on, where the sparse points show one: it is in every picture but no part
// of the item, and would make it seem larger than it is.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace rv::orbit {

struct SupportPlane {
  Eigen::Vector3d normal = Eigen::Vector3d::UnitY();  // unit, on the item's side
  double offset = 0;                                  // normal . x on the plane

  double Above(const Eigen::Vector3d& x) const { return normal.dot(x) - offset; }
};

// The plane, at most 20 degrees from level, that most of `points` lie on (within 2 % of `radius`) and nearly
// none below; it must reach round the item on all sides. `up`: unit. The search is random consensus (Fischler
// and Bolles, "Random Sample Consensus", CACM 1981) with a fixed seed. Nothing where there is no such plane.
std::optional<SupportPlane> FindSupport(const std::vector<Eigen::Vector3d>& points,
                                        const Eigen::Vector3d& center,
                                        const Eigen::Vector3d& up,
                                        double radius);

}  // namespace rv::orbit
