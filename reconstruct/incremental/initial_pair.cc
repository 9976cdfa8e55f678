#include "reconstruct/incremental/initial_pair.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/calib3d.hpp>
#include <opencv2/core/eigen.hpp>
#include <optional>

#include "base/parallel.h"

namespace rv::incremental {
namespace {

std::vector<cv::Point2d> Undistorted(const Camera& camera,
                                     const features::FeatureSet& features,
                                     const std::vector<matching::FeatureMatch>& matches,
                                     bool first) {
  std::vector<cv::Point2d> points;
  for (const matching::FeatureMatch& m : matches) {
    const Eigen::Vector3d ray = camera.Ray(features.px[first ? m.a : m.b]);
    points.emplace_back(ray.x(), ray.y());
  }
  return points;
}

// Angles between the two rays of each inlier, seen in camera a.
double MedianAngle(const std::vector<cv::Point2d>& a,
                   const std::vector<cv::Point2d>& b,
                   const Eigen::Matrix3d& rotation,
                   const cv::Mat& mask) {
  std::vector<double> angles;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (mask.at<unsigned char>(static_cast<int>(i)) == 0) continue;
    const Eigen::Vector3d ra = Eigen::Vector3d(a[i].x, a[i].y, 1).normalized();
    const Eigen::Vector3d rb = rotation.transpose() * Eigen::Vector3d(b[i].x, b[i].y, 1).normalized();
    angles.push_back(std::acos(std::clamp(ra.dot(rb), -1.0, 1.0)));
  }
  if (angles.empty()) return 0;
  const auto middle = angles.begin() + static_cast<std::ptrdiff_t>(angles.size() / 2);
  std::nth_element(angles.begin(), middle, angles.end());
  return *middle;
}

std::optional<InitialPair> TryPair(const sparse::SparseMap& map,
                                   const std::vector<features::FeatureSet>& features,
                                   const matching::TwoView& pair,
                                   const InitialPairOptions& options) {
  const Camera& camera_a = map.CameraOf(pair.a);
  const Camera& camera_b = map.CameraOf(pair.b);
  const auto pa = Undistorted(camera_a, features[pair.a], pair.matches, true);
  const auto pb = Undistorted(camera_b, features[pair.b], pair.matches, false);
  cv::UsacParams usac;
  usac.confidence = 0.9999;
  usac.maxIterations = 2000;
  usac.loMethod = cv::LOCAL_OPTIM_INNER_LO;
  usac.loIterations = 10;
  usac.loSampleSize = 30;
  usac.randomGeneratorState = static_cast<int>(options.seed & 0x7fffffff);
  usac.score = cv::SCORE_METHOD_MSAC;
  usac.threshold = options.max_error_px / std::max(camera_a.focal_px, camera_b.focal_px);
  const cv::Matx33d identity = cv::Matx33d::eye();
  try {
    cv::Mat mask;
    const cv::Mat essential =
        cv::findEssentialMat(pa, pb, identity, identity, cv::noArray(), cv::noArray(), mask, usac);
    if (essential.rows != 3 || essential.cols != 3) return std::nullopt;
    cv::Mat rotation, translation;
    const int points = cv::recoverPose(essential, pa, pb, identity, rotation, translation, 1e4, mask);
    InitialPair found{.a = pair.a, .b = pair.b, .points = points};
    Eigen::Matrix3d r;
    Eigen::Vector3d t;
    cv::cv2eigen(rotation, r);
    cv::cv2eigen(translation, t);
    found.b_from_a = {Eigen::Quaterniond(r).normalized(), t};
    found.median_angle_rad = MedianAngle(pa, pb, r, mask);
    return found;
  } catch (const cv::Exception&) {
    return std::nullopt;  // degenerate correspondences
  }
}

}  // namespace

std::vector<InitialPair> FindInitialPairs(const sparse::SparseMap& map,
                                          const std::vector<features::FeatureSet>& features,
                                          const std::vector<matching::TwoView>& pairs,
                                          const InitialPairOptions& options) {
  std::vector<std::pair<double, int>> ranked;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const matching::TwoView& pair = pairs[i];
    if (static_cast<int>(pair.matches.size()) < options.min_points) continue;
    const Camera& camera = map.CameraOf(pair.a);
    const double shift = pair.median_shift_px / std::max(camera.width, camera.height);
    const double promise = std::min<double>(pair.matches.size(), 500) * (1.05 - pair.homography_share) *
                           std::min(1.0, shift / 0.1);
    ranked.emplace_back(-promise, static_cast<int>(i));
  }
  std::sort(ranked.begin(), ranked.end());
  if (static_cast<int>(ranked.size()) > options.max_tried) ranked.resize(options.max_tried);
  std::vector<std::optional<InitialPair>> tried(ranked.size());
  ParallelFor(ranked.size(), options.threads,
              [&](std::size_t i) { tried[i] = TryPair(map, features, pairs[ranked[i].second], options); });
  std::vector<InitialPair> found;
  for (const auto& t : tried) {
    if (!t || t->points < options.min_points || t->median_angle_rad < options.min_angle_rad) continue;
    found.push_back(*t);
    found.back().score = t->points * std::min(1.0, t->median_angle_rad / 0.2);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const InitialPair& p, const InitialPair& q) { return p.score > q.score; });
  return found;
}

}  // namespace rv::incremental
