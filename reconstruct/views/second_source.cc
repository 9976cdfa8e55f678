#include "reconstruct/views/second_source.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::views {

std::optional<SecondSource> FindSecondSource(const spin::SpinPlan& plan,
                                             const spin::PlannedView& view,
                                             const spin::VirtualStop& stop,
                                             const std::function<bool(int)>& is_usable) {
  constexpr double kLeastWeight = 0.1, kMostApart = 25 * kPi / 180;
  const auto side = [&](int source) { return WrapSigned(plan.sources[source].azimuth - stop.azimuth); };
  const auto away = [&](int source) {
    const Eigen::Vector3d& center = plan.orbit.center;
    const Eigen::Vector3d from = (stop.cam_from_world.Origin() - center).normalized();
    const Eigen::Vector3d to = (plan.sources[source].cam_from_world.Origin() - center).normalized();
    return std::acos(std::clamp(from.dot(to), -1.0, 1.0));
  };
  const int main = view.sources.front();
  for (const int other : view.item_fills) {
    if (other == main || !is_usable(other) || side(main) * side(other) > 0) continue;
    const double apart = away(main) + away(other);
    const double weight = std::min(0.5, away(main) / std::max(apart, 1e-9));
    if (weight < kLeastWeight || apart > kMostApart) return std::nullopt;
    return SecondSource{other, weight};
  }
  return std::nullopt;
}

}  // namespace rv::views
