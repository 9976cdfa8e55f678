#include "reconstruct/orbit/orbit_center.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

struct Axis {
  Eigen::Vector3d origin;     // in world
  Eigen::Vector3d direction;  // unit, in world
  double depth = 0;           // median depth of the points near the picture center, 0 = unknown
};

// 1 at the principal point, falling off over a third of the shorter side.
double Centrality(const Camera& camera, const Eigen::Vector2d& pixel) {
  const double sigma = 0.35 * std::min(camera.width, camera.height);
  const Eigen::Vector2d middle(camera.width / 2.0, camera.height / 2.0);
  return std::exp(-(pixel - middle).squaredNorm() / (sigma * sigma));
}

std::vector<Axis> OpticalAxes(const Reconstruction& reconstruction, const std::vector<int>& posed) {
  std::vector<std::vector<double>> depths(reconstruction.frames.size());
  for (const Point& point : reconstruction.points) {
    for (const Observation& seen : point.track) {
      const PosedFrame& frame = reconstruction.frames[seen.frame.value];
      if (!frame.posed || Centrality(reconstruction.cameras[frame.camera], seen.pixel) < 0.5) continue;
      depths[seen.frame.value].push_back((frame.cam_from_world * point.position).z());
    }
  }
  std::vector<Axis> axes;
  for (const int index : posed) {
    const PosedFrame& frame = reconstruction.frames[index];
    const Camera& camera = reconstruction.cameras[frame.camera];
    // The ray through the middle of the picture: what the photographer aimed with.
    const Eigen::Vector3d ray = camera.Ray({camera.width / 2.0, camera.height / 2.0});
    axes.push_back({.origin = frame.cam_from_world.Origin(),
                    .direction = (frame.cam_from_world.rotation.conjugate() * ray).normalized(),
                    .depth = Median(depths[index])});
  }
  return axes;
}

// Iteratively reweighted least squares. Along the axes, where a short arc says little, the median depth of
// the central points is a weak second opinion.
Eigen::Vector3d NearestToAxes(const std::vector<Axis>& axes) {
  constexpr double kDepthWeight = 0.004;
  std::vector<double> weights(axes.size(), 1.0);
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (int round = 0; round < 20; ++round) {
    Eigen::Matrix3d a = Eigen::Matrix3d::Zero();
    Eigen::Vector3d b = Eigen::Vector3d::Zero();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Eigen::Matrix3d along = axes[i].direction * axes[i].direction.transpose();
      const Eigen::Matrix3d across = weights[i] * (Eigen::Matrix3d::Identity() - along);
      a += across;
      b += across * axes[i].origin;
      if (axes[i].depth <= 0) continue;
      a += kDepthWeight * along;
      b += kDepthWeight * along * (axes[i].origin + axes[i].depth * axes[i].direction);
    }
    center = a.ldlt().solve(b);
    std::vector<double> distances;
    for (const Axis& axis : axes) {
      const Eigen::Vector3d offset = center - axis.origin;
      distances.push_back((offset - axis.direction * axis.direction.dot(offset)).norm());
    }
    const double scale = std::max(1.5 * Median(distances), 1e-9 * (center.norm() + 1));
    for (std::size_t i = 0; i < axes.size(); ++i)
      weights[i] = 1 / (1 + (distances[i] / scale) * (distances[i] / scale));
  }
  return center;
}

std::vector<double> PointWeights(const Reconstruction& reconstruction,
                                 const std::vector<double>& matte_weights) {
  std::vector<double> weights(reconstruction.points.size());
  for (std::size_t p = 0; p < weights.size(); ++p) {
    const Point& point = reconstruction.points[p];
    for (const Observation& seen : point.track) {
      const PosedFrame& frame = reconstruction.frames[seen.frame.value];
      if (frame.posed) weights[p] += Centrality(reconstruction.cameras[frame.camera], seen.pixel);
    }
    weights[p] /= 1 + point.mean_error_px;
    if (!matte_weights.empty()) weights[p] *= 0.02 + matte_weights[p];
  }
  return weights;
}

// Where most cameras stand as seen from `center`: length 1 when all stand on one side, 0 when all around.
Eigen::Vector3d MeanSide(const std::vector<Axis>& axes, const Eigen::Vector3d& center) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Axis& axis : axes) sum += (axis.origin - center).normalized();
  return sum / static_cast<double>(axes.size());
}

// Mean shift with a Gaussian window, held near its start, which is where the photographer aimed.
Eigen::Vector3d ShiftToCloud(const Reconstruction& reconstruction,
                             const std::vector<Axis>& axes,
                             const std::vector<double>& weights,
                             const Eigen::Vector3d& start,
                             double distance,
                             double hold) {
  const double sigma = 0.22 * distance;
  Eigen::Vector3d center = start;
  for (int round = 0; round < 15; ++round) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    double total = 0;
    for (std::size_t p = 0; p < weights.size(); ++p) {
      const Eigen::Vector3d& position = reconstruction.points[p].position;
      const double w = weights[p] * std::exp(-(position - center).squaredNorm() / (2 * sigma * sigma));
      sum += w * position;
      total += w;
    }
    if (total <= 0) return start;
    center = (sum / total + hold * start) / (1 + hold);
  }
  // Cameras on one side see the near surface only: the cloud says nothing about the middle along their line.
  const Eigen::Vector3d side = MeanSide(axes, start);
  Eigen::Vector3d shift = center - start;
  if (side.norm() > 0.05)
    shift -= std::min(1.0, 1.3 * side.norm()) * side.normalized() * side.normalized().dot(shift);
  const double limit = 0.12 * distance;
  return shift.norm() > limit ? Eigen::Vector3d(start + shift.normalized() * limit)
                              : Eigen::Vector3d(start + shift);
}

// Radius that holds most of the weight near the center, at most what fits into the pictures.
double SubjectRadius(const Reconstruction& reconstruction,
                     const std::vector<double>& weights,
                     const Eigen::Vector3d& center,
                     double distance,
                     bool matted) {
  double fit = 0;
  for (const Camera& camera : reconstruction.cameras)
    fit = std::max(fit, distance * std::min(camera.width, camera.height) / (2 * camera.focal_px));
  std::vector<std::pair<double, double>> near;  // distance, weight
  double total = 0;
  for (std::size_t p = 0; p < weights.size(); ++p) {
    const double d = (reconstruction.points[p].position - center).norm();
    if (d > std::min(0.7 * distance, 1.2 * fit) || weights[p] <= 0) continue;
    near.emplace_back(d, weights[p]);
    total += weights[p];
  }
  if (near.size() < 8) return 0.6 * fit;
  std::sort(near.begin(), near.end());
  double sum = 0;
  for (const auto& [d, w] : near) {
    sum += w;
    if (sum >= (matted ? 0.95 : 0.85) * total) return std::min(d, fit);
  }
  return fit;
}

double MedianDistance(const std::vector<Axis>& axes, const Eigen::Vector3d& center) {
  std::vector<double> distances;
  for (const Axis& axis : axes) distances.push_back((axis.origin - center).norm());
  return Median(distances);
}

}  // namespace

std::vector<int> PosedFrames(const Reconstruction& reconstruction) {
  std::vector<int> posed;
  for (std::size_t i = 0; i < reconstruction.frames.size(); ++i)
    if (reconstruction.frames[i].posed) posed.push_back(static_cast<int>(i));
  return posed;
}

SubjectEstimate EstimateSubject(const Reconstruction& reconstruction,
                                const std::vector<double>& point_weights) {
  SubjectEstimate subject;
  const std::vector<int> posed = PosedFrames(reconstruction);
  const std::vector<Axis> axes = OpticalAxes(reconstruction, posed);
  const Eigen::Vector3d meeting = NearestToAxes(axes);
  int in_front = 0;
  for (const Axis& axis : axes) in_front += (meeting - axis.origin).dot(axis.direction) > 0;
  const double distance = MedianDistance(axes, meeting);
  if (!meeting.allFinite() || 2 * in_front < static_cast<int>(axes.size()) || distance <= 0) return subject;
  const std::vector<double> weights = PointWeights(reconstruction, point_weights);
  const bool matted = !point_weights.empty();
  subject.center = ShiftToCloud(reconstruction, axes, weights, meeting, distance, matted ? 0.2 : 2.0);
  subject.camera_distance = MedianDistance(axes, subject.center);
  subject.radius = SubjectRadius(reconstruction, weights, subject.center, subject.camera_distance, matted);
  subject.ok = true;
  return subject;
}

}  // namespace rv::orbit
