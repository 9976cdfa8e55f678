#include "reconstruct/orbit/orbit_center.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/statistics.h"

namespace rv::orbit {
namespace {

struct OpticalAxis {
  Eigen::Vector3d origin;     // in world
  Eigen::Vector3d direction;  // unit, in world
  double depth = 0;           // median depth of the points near the picture center, 0 = unknown
};

constexpr double kCentralitySigma = 0.35;  // of the shorter side
constexpr double kCentral = 0.5;           // least centrality of points that tell a frame's depth
constexpr double kDepthWeight = 0.004;     // along an axis, against 1 across it
constexpr int kAxisRounds = 20;
constexpr double kCauchyScale = 1.5;      // median distances to the axes
constexpr double kWeightOffMatte = 0.02;  // of a point that no matte holds
// Mean shift; lengths are shares of the camera distance.
constexpr double kShiftSigma = 0.22;
constexpr int kShiftRounds = 15;
constexpr double kMostShift = 0.12;
constexpr double kStartWeight = 2.0;  // of the start against the mean of the points
constexpr double kStartWeightMatted = 0.2;
constexpr double kOneSided = 0.05;       // least length of MeanSide that counts as one-sided
constexpr double kOneSidedFactor = 1.3;  // share of the shift along that side that is taken out, for each 1
// The subject's radius.
constexpr double kFarthestPointShare = 0.7;  // of the camera distance
constexpr double kFarthestFit = 1.2;         // of the radius that fits into the pictures
constexpr std::size_t kFewestRadiusPoints = 8;
constexpr double kDefaultFit = 0.6;  // of the radius that fits, with fewer points
constexpr double kHeldShare = 0.85;  // of the weight of the points
constexpr double kHeldShareMatted = 0.95;

// 1 at the middle of the picture, falling off over a third of the shorter side.
double Centrality(const Camera& camera, const Eigen::Vector2d& pixel) {
  const double sigma = kCentralitySigma * std::min(camera.width, camera.height);
  const Eigen::Vector2d middle(camera.width / 2.0, camera.height / 2.0);
  return std::exp(-(pixel - middle).squaredNorm() / (sigma * sigma));
}

std::vector<OpticalAxis> OpticalAxes(const Reconstruction& reconstruction, const std::vector<int>& posed) {
  std::vector<std::vector<double>> depths(reconstruction.frames.size());
  for (const Point& point : reconstruction.points) {
    for (const Observation& seen : point.track) {
      const PosedFrame& frame = reconstruction.frames[seen.frame.value];
      if (!frame.posed || Centrality(reconstruction.cameras[frame.camera], seen.pixel) < kCentral) continue;
      depths[seen.frame.value].push_back((frame.cam_from_world * point.position).z());
    }
  }
  std::vector<OpticalAxis> axes;
  for (const int index : posed) {
    const PosedFrame& frame = reconstruction.frames[index];
    const Camera& camera = reconstruction.cameras[frame.camera];
    // The photographer aims with the middle of the picture, not with the principal point.
    const Eigen::Vector3d ray = camera.Ray({camera.width / 2.0, camera.height / 2.0});
    axes.push_back({.origin = frame.cam_from_world.Origin(),
                    .direction = (frame.cam_from_world.rotation.conjugate() * ray).normalized(),
                    .depth = Median(depths[index])});
  }
  return axes;
}

// The point nearest to all axes, by iteratively reweighted least squares. Along the axes, where a short arc
// constrains little, the median depth of the central points is a weak second term.
Eigen::Vector3d NearestToAxes(const std::vector<OpticalAxis>& axes) {
  std::vector<double> weights(axes.size(), 1.0);
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (int round = 0; round < kAxisRounds; ++round) {
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
    for (const OpticalAxis& axis : axes) {
      const Eigen::Vector3d offset = center - axis.origin;
      distances.push_back((offset - axis.direction * axis.direction.dot(offset)).norm());
    }
    const double scale = std::max(kCauchyScale * Median(distances), 1e-9 * (center.norm() + 1));
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
    if (!matte_weights.empty()) weights[p] *= kWeightOffMatte + matte_weights[p];
  }
  return weights;
}

// The mean direction from `center` to the cameras: length 1 when all are on one side, 0 when all around.
Eigen::Vector3d MeanSide(const std::vector<OpticalAxis>& axes, const Eigen::Vector3d& center) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const OpticalAxis& axis : axes) sum += (axis.origin - center).normalized();
  return sum / static_cast<double>(axes.size());
}

// Mean shift with a Gaussian window. `start`, where the photographer aimed, has the weight `start_weight`.
Eigen::Vector3d ShiftToCloud(const Reconstruction& reconstruction,
                             const std::vector<OpticalAxis>& axes,
                             const std::vector<double>& weights,
                             const Eigen::Vector3d& start,
                             double distance,
                             double start_weight) {
  const double sigma = kShiftSigma * distance;
  Eigen::Vector3d center = start;
  for (int round = 0; round < kShiftRounds; ++round) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    double total = 0;
    for (std::size_t p = 0; p < weights.size(); ++p) {
      const Eigen::Vector3d& position = reconstruction.points[p].position;
      const double w = weights[p] * std::exp(-(position - center).squaredNorm() / (2 * sigma * sigma));
      sum += w * position;
      total += w;
    }
    if (total <= 0) return start;
    center = (sum / total + start_weight * start) / (1 + start_weight);
  }
  // Cameras on one side see the near surface only: along their line the points do not show the middle.
  const Eigen::Vector3d side = MeanSide(axes, start);
  Eigen::Vector3d shift = center - start;
  if (side.norm() > kOneSided)
    shift -= std::min(1.0, kOneSidedFactor * side.norm()) * side.normalized() * side.normalized().dot(shift);
  const double limit = kMostShift * distance;
  return shift.norm() > limit ? Eigen::Vector3d(start + shift.normalized() * limit)
                              : Eigen::Vector3d(start + shift);
}

// The radius that holds most of the weight near the center; at most the radius that fits into the pictures.
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
    if (d > std::min(kFarthestPointShare * distance, kFarthestFit * fit) || weights[p] <= 0) continue;
    near.emplace_back(d, weights[p]);
    total += weights[p];
  }
  if (near.size() < kFewestRadiusPoints) return kDefaultFit * fit;
  std::sort(near.begin(), near.end());
  double sum = 0;
  for (const auto& [d, w] : near) {
    sum += w;
    if (sum >= (matted ? kHeldShareMatted : kHeldShare) * total) return std::min(d, fit);
  }
  return fit;
}

double MedianDistance(const std::vector<OpticalAxis>& axes, const Eigen::Vector3d& center) {
  std::vector<double> distances;
  for (const OpticalAxis& axis : axes) distances.push_back((axis.origin - center).norm());
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
  const std::vector<OpticalAxis> axes = OpticalAxes(reconstruction, posed);
  const Eigen::Vector3d meeting = NearestToAxes(axes);
  int in_front = 0;
  for (const OpticalAxis& axis : axes) in_front += (meeting - axis.origin).dot(axis.direction) > 0;
  const double distance = MedianDistance(axes, meeting);
  if (!meeting.allFinite() || 2 * in_front < static_cast<int>(axes.size()) || distance <= 0) return subject;
  const std::vector<double> weights = PointWeights(reconstruction, point_weights);
  const bool matted = !point_weights.empty();
  subject.center = ShiftToCloud(reconstruction, axes, weights, meeting, distance,
                                matted ? kStartWeightMatted : kStartWeight);
  subject.camera_distance = MedianDistance(axes, subject.center);
  subject.radius = SubjectRadius(reconstruction, weights, subject.center, subject.camera_distance, matted);
  subject.ok = true;
  return subject;
}

}  // namespace rv::orbit
