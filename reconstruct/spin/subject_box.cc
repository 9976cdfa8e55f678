#include "reconstruct/spin/subject_box.h"

#include <algorithm>
#include <vector>

#include "base/statistics.h"
#include "reconstruct/orbit/support_plane.h"

namespace rv::spin {
namespace {

constexpr double kHeld = 0.97;  // of the points of each stop
// An item without a textured surface under it: its thin parts, which carry few points, reach out of the
// sphere that holds most of them. Where there is such a surface, the sphere is rather too large.
constexpr double kReach = 1.35;
constexpr std::size_t kFewPoints = 40;
constexpr std::size_t kMostStops = 24;
constexpr double kMargin = 1.04;  // the outline lies beyond the outermost corners found on it

std::vector<Eigen::Vector3d> PointsWithin(const Reconstruction& reconstruction,
                                          const Eigen::Vector3d& center,
                                          double radius) {
  std::vector<Eigen::Vector3d> inside;
  for (const Point& point : reconstruction.points)
    if ((point.position - center).norm() <= radius) inside.push_back(point.position);
  return inside;
}

std::vector<Eigen::Vector3d> PointsOfItem(const Reconstruction& reconstruction, const Orbit& subject) {
  const std::vector<Eigen::Vector3d> inside =
      PointsWithin(reconstruction, subject.center, subject.subject_radius);
  const std::optional<orbit::SupportPlane> support =
      orbit::FindSupport(inside, subject.center, subject.up, subject.subject_radius);
  if (!support) return PointsWithin(reconstruction, subject.center, kReach * subject.subject_radius);
  const double thick = 0.04 * subject.subject_radius;
  std::vector<Eigen::Vector3d> standing;
  for (const Eigen::Vector3d& position : inside)
    if (support->Above(position) > thick) standing.push_back(position);
  // A flat thing on a table is what lies there.
  return standing.size() < kFewPoints ? inside : standing;
}

}  // namespace

SubjectBox MeasureSubject(const Reconstruction& reconstruction,
                          const Orbit& subject,
                          const VirtualPath& path) {
  const double sphere = path.focal_px * subject.subject_radius / path.distance;
  const std::vector<Eigen::Vector3d> inside = PointsOfItem(reconstruction, subject);
  if (inside.size() < kFewPoints) return {0.9 * sphere, 0.9 * sphere, 0.9 * sphere};
  SubjectBox box;
  const std::size_t stride = (path.stops.size() + kMostStops - 1) / kMostStops;
  for (std::size_t i = 0; i < path.stops.size(); i += stride) {
    std::vector<double> across;
    std::vector<double> down;
    for (const Eigen::Vector3d& position : inside) {
      const Eigen::Vector3d in_cam = path.stops[i].cam_from_world * position;
      if (in_cam.z() <= 0.1 * path.distance) continue;
      across.push_back(std::abs(path.focal_px * in_cam.x() / in_cam.z()));
      down.push_back(path.focal_px * in_cam.y() / in_cam.z());
    }
    box.half_width = std::max(box.half_width, kMargin * Quantile(across, kHeld));
    box.above = std::max(box.above, -kMargin * Quantile(down, 1 - kHeld));
    box.below = std::max(box.below, kMargin * Quantile(down, kHeld));
  }
  return box;
}

}  // namespace rv::spin
