#include "reconstruct/spin/subject_box.h"

#include <algorithm>
#include <vector>

#include "base/statistics.h"
#include "reconstruct/orbit/support_plane.h"

namespace rv::spin {
namespace {

constexpr double kHeldShare = 0.97;  // of the points at each stop
// Radius of the sphere, as a factor, for an item without a textured surface under it: its thin parts have few
// points and extend beyond the sphere that holds most of them. With such a surface the sphere is rather too
// large.
constexpr double kThinPartsReach = 1.35;
constexpr double kSupportThickness = 0.04;  // of the subject's radius: points above stand on the surface
constexpr double kSphereShare = 0.9;        // of the sphere, as the box where there are too few points
constexpr std::size_t kFewPoints = 40;
constexpr std::size_t kMostStops = 24;
constexpr double kMargin = 1.04;     // the outline lies beyond the outermost points found on the item
constexpr double kLeastDepth = 0.1;  // of the distance to the center

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
  if (!support) return PointsWithin(reconstruction, subject.center, kThinPartsReach * subject.subject_radius);
  const double thickness = kSupportThickness * subject.subject_radius;
  std::vector<Eigen::Vector3d> standing;
  for (const Eigen::Vector3d& position : inside)
    if (support->Above(position) > thickness) standing.push_back(position);
  // For a flat item on a table, the points on the surface are the item.
  return standing.size() < kFewPoints ? inside : standing;
}

}  // namespace

SubjectBox MeasureSubject(const Reconstruction& reconstruction,
                          const Orbit& subject,
                          const VirtualPath& path) {
  const double sphere = path.focal_px * subject.subject_radius / path.distance;
  const std::vector<Eigen::Vector3d> inside = PointsOfItem(reconstruction, subject);
  if (inside.size() < kFewPoints)
    return {kSphereShare * sphere, kSphereShare * sphere, kSphereShare * sphere};
  SubjectBox box;
  const std::size_t stride = (path.stops.size() + kMostStops - 1) / kMostStops;
  for (std::size_t i = 0; i < path.stops.size(); i += stride) {
    std::vector<double> across;
    std::vector<double> down;
    for (const Eigen::Vector3d& position : inside) {
      const Eigen::Vector3d in_cam = path.stops[i].cam_from_world * position;
      if (in_cam.z() <= kLeastDepth * path.distance) continue;
      across.push_back(std::abs(path.focal_px * in_cam.x() / in_cam.z()));
      down.push_back(path.focal_px * in_cam.y() / in_cam.z());
    }
    box.half_width = std::max(box.half_width, kMargin * Quantile(across, kHeldShare));
    box.above = std::max(box.above, -kMargin * Quantile(down, 1 - kHeldShare));
    box.below = std::max(box.below, kMargin * Quantile(down, kHeldShare));
  }
  return box;
}

}  // namespace rv::spin
