// The surface that the item stands on, where the sparse points show one. It is in every picture but not part
// of the item, which would seem larger with it.
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

// The plane, at most 20 degrees from level, with most of `points` on it (within 2 % of `radius`) and nearly
// none below; it must reach round the item on all sides. `up`: unit. The search is RANSAC (Fischler and
// Bolles, "Random Sample Consensus", CACM 1981) with a fixed seed. Nothing where there is no such plane.
std::optional<SupportPlane> FindSupport(const std::vector<Eigen::Vector3d>& points,
                                        const Eigen::Vector3d& center,
                                        const Eigen::Vector3d& up,
                                        double radius);

// A large even surface that lies about level, for its normal alone: a table, a floor or the top of a flat item.
struct LevelPlane {
  Eigen::Vector3d normal = Eigen::Vector3d::UnitY();  // unit, upwards
  double certainty = 0;  // 0 to 1, by how many of the points lie on it and how far apart
};

// The plane, at most 40 degrees from `up`, with most of `points` on it (within 1 % of `distance`) and few below.
// `distance`: of the cameras. The search as in FindSupport.
std::optional<LevelPlane> FindLevelPlane(const std::vector<Eigen::Vector3d>& points,
                                         const Eigen::Vector3d& up,
                                         double distance);

}  // namespace rv::orbit
