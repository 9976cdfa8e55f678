#include "reconstruct/sparse/principal_point_score.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "reconstruct/sparse/bundle_adjustment.h"
#include "reconstruct/sparse/reprojection_error.h"

namespace rv::sparse {
namespace {

constexpr int kPose = 6;
constexpr int kIntrinsics = 3;
constexpr int kMostFrames = 240;          // longer sweeps are thinned out: the reduced system is dense
constexpr double kPriorSigmaShare = 0.1;  // of the longer side: as far off as a principal point may be
using PointJacobian = Eigen::Matrix<double, 2, 3>;

// One observation, linearized and weighted by the loss.
struct Linear {
  int frame = 0;
  Eigen::Vector2d residual;
  Eigen::Matrix<double, 2, kPose> pose;
  Eigen::Matrix<double, 2, kIntrinsics> intrinsics;
  Eigen::Matrix2d center;
  PointJacobian point;
};

// Columns of the reduced system; -1 for what is held.
struct Columns {
  std::vector<int> pose, intrinsics;
  int count = 0;
};

// Part of a point's coupling to the reduced system: `size` columns from `first`.
struct Coupling {
  int first = 0;
  Eigen::Matrix<double, Eigen::Dynamic, 3, 0, kPose, 3> with_point;
};

// What a part of the data says about the centers.
struct Part {
  Eigen::VectorXd score;  // slope of the cost, downhill
  Eigen::MatrixXd information;
};

class Score {
 public:
  Score(const SparseMap& map, double loss_scale) : map_(map), loss_scale_(loss_scale) {
    columns_.pose.assign(map.frames.size(), -1);
    columns_.intrinsics.assign(map.cameras.size(), -1);
    taken_.assign(map.frames.size(), 0);
    const int stride = (map.PosedCount() + kMostFrames - 1) / kMostFrames;
    int posed = 0;
    bool first = true;
    for (std::size_t f = 0; f < map.frames.size(); ++f) {
      if (!map.frames[f].posed || posed++ % stride != 0) continue;
      taken_[f] = 1;
      if (!first) columns_.pose[f] = Take(kPose);
      first = false;
      int& intrinsics = columns_.intrinsics[map.frames[f].camera];
      if (intrinsics < 0) intrinsics = Take(kIntrinsics);
    }
    centers_ = 2 * static_cast<int>(map.cameras.size());
    reduced_ = Eigen::MatrixXd::Zero(columns_.count, columns_.count);
    right_ = Eigen::MatrixXd::Zero(columns_.count, centers_);
  }

  void AddPoint(const MapPoint& point) {
    const std::vector<Linear> seen = Linearize(point);
    if (seen.size() < 2) return;
    Eigen::Matrix3d inverse;
    if (!InversePoint(seen, inverse)) return;
    for (const Linear& one : seen) AddDirect(one);
    const std::vector<Coupling> couplings = Couple(seen);
    const Eigen::MatrixXd with_centers = CoupleCenters(seen);
    for (const Coupling& a : couplings) {
      const Eigen::MatrixXd through = a.with_point * inverse;
      for (const Coupling& b : couplings)
        reduced_.block(a.first, b.first, a.with_point.rows(), b.with_point.rows()) -=
            through * b.with_point.transpose();
      right_.middleRows(a.first, a.with_point.rows()) -= through * with_centers;
    }
  }

  // How poses and lenses answer to the centers; false when they are not fixed.
  bool Solve() {
    // The scale of the whole stays free: a touch of damping holds it.
    reduced_.diagonal() *= 1 + 1e-9;
    const double sigma = BundleOptions{}.distortion_sigma;
    for (const int intrinsics : columns_.intrinsics) {
      if (intrinsics < 0) continue;
      reduced_.diagonal().segment<2>(intrinsics + 1).array() += 1 / (sigma * sigma);
    }
    const Eigen::LDLT<Eigen::MatrixXd> factor(reduced_);
    if (factor.info() != Eigen::Success) return false;
    answer_ = factor.solve(right_);
    return answer_.allFinite();
  }

  // Adds the point's effective derivatives: those by the centers, less what poses, lenses and the point take
  // up.
  void AddEffective(const MapPoint& point, Part& of_point, std::vector<Part>& by_segment) const {
    const std::vector<Linear> seen = Linearize(point);
    if (seen.size() < 2) return;
    Eigen::Matrix3d inverse;
    if (!InversePoint(seen, inverse)) return;
    Eigen::MatrixXd remains = CoupleCenters(seen);
    for (const Coupling& c : Couple(seen))
      remains -= c.with_point.transpose() * answer_.middleRows(c.first, c.with_point.rows());
    const Eigen::MatrixXd point_answer = inverse * remains;
    Eigen::MatrixXd effective(2, centers_);
    for (const Linear& one : seen) {
      effective = -one.point * point_answer;
      const int camera = map_.frames[one.frame].camera;
      effective.middleCols<2>(2 * camera) += one.center;
      if (const int at = columns_.pose[one.frame]; at >= 0)
        effective -= one.pose * answer_.middleRows<kPose>(at);
      effective -= one.intrinsics * answer_.middleRows<kIntrinsics>(columns_.intrinsics[camera]);
      for (Part* part : {&of_point, &by_segment[one.frame * by_segment.size() / map_.frames.size()]}) {
        part->score -= effective.transpose() * one.residual;
        part->information += effective.transpose() * effective;
      }
    }
  }

  int centers() const { return centers_; }

 private:
  int Take(int size) {
    const int at = columns_.count;
    columns_.count += size;
    return at;
  }

  std::vector<Linear> Linearize(const MapPoint& point) const;

  static bool InversePoint(const std::vector<Linear>& seen, Eigen::Matrix3d& inverse) {
    Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
    for (const Linear& one : seen) information += one.point.transpose() * one.point;
    information.diagonal() *= 1 + 1e-9;
    bool invertible = false;
    information.computeInverseWithCheck(inverse, invertible, 0);
    return invertible && inverse.allFinite();
  }

  void AddDirect(const Linear& one) {
    const int camera = map_.frames[one.frame].camera;
    const int pose = columns_.pose[one.frame], intrinsics = columns_.intrinsics[camera];
    reduced_.block<kIntrinsics, kIntrinsics>(intrinsics, intrinsics) +=
        one.intrinsics.transpose() * one.intrinsics;
    right_.block<kIntrinsics, 2>(intrinsics, 2 * camera) += one.intrinsics.transpose() * one.center;
    if (pose < 0) return;
    reduced_.block<kPose, kPose>(pose, pose) += one.pose.transpose() * one.pose;
    reduced_.block<kPose, kIntrinsics>(pose, intrinsics) += one.pose.transpose() * one.intrinsics;
    reduced_.block<kIntrinsics, kPose>(intrinsics, pose) += one.intrinsics.transpose() * one.pose;
    right_.block<kPose, 2>(pose, 2 * camera) += one.pose.transpose() * one.center;
  }

  // One entry a pose, and one a intrinsics with what its frames add up to.
  std::vector<Coupling> Couple(const std::vector<Linear>& seen) const {
    std::vector<Coupling> couplings;
    std::vector<int> intrinsics_at(map_.cameras.size(), -1);
    for (const Linear& one : seen) {
      const int camera = map_.frames[one.frame].camera;
      if (const int at = columns_.pose[one.frame]; at >= 0)
        couplings.push_back({at, one.pose.transpose() * one.point});
      if (intrinsics_at[camera] < 0) {
        intrinsics_at[camera] = static_cast<int>(couplings.size());
        couplings.push_back({columns_.intrinsics[camera], Eigen::Matrix3d::Zero()});
      }
      couplings[intrinsics_at[camera]].with_point += one.intrinsics.transpose() * one.point;
    }
    return couplings;
  }

  Eigen::MatrixXd CoupleCenters(const std::vector<Linear>& seen) const {
    Eigen::MatrixXd with_centers = Eigen::MatrixXd::Zero(3, centers_);
    for (const Linear& one : seen)
      with_centers.middleCols<2>(2 * map_.frames[one.frame].camera) += one.point.transpose() * one.center;
    return with_centers;
  }

  const SparseMap& map_;
  double loss_scale_;
  std::vector<char> taken_;  // by frame
  Columns columns_;
  int centers_ = 0;
  Eigen::MatrixXd reduced_, right_, answer_;
};

std::vector<Linear> Score::Linearize(const MapPoint& point) const {
  std::vector<Linear> all;
  for (const MapObservation& seen : point.track) {
    const MapFrame& frame = map_.frames[seen.frame];
    if (!seen.inlier || !taken_[seen.frame]) continue;
    const Camera& camera = map_.cameras[frame.camera];
    const Eigen::Vector3d intrinsics(std::log(camera.focal_px), camera.k1, camera.k2);
    const Eigen::Vector2d center(camera.cx_px, camera.cy_px);
    const Eigen::Vector4d rotation = frame.cam_from_world.rotation.coeffs();
    const std::array<const double*, 5> blocks{intrinsics.data(), center.data(), rotation.data(),
                                              frame.cam_from_world.translation.data(), point.position.data()};
    Eigen::Matrix<double, 2, 3, Eigen::RowMajor> by_intrinsics, by_translation, by_point;
    Eigen::Matrix<double, 2, 2, Eigen::RowMajor> by_center;
    Eigen::Matrix<double, 2, 4, Eigen::RowMajor> by_rotation;
    Eigen::Matrix<double, 4, 3, Eigen::RowMajor> by_turn;
    std::array<double*, 5> jacobians{by_intrinsics.data(), by_center.data(), by_rotation.data(),
                                     by_translation.data(), by_point.data()};
    Linear one{.frame = seen.frame};
    if (!ReprojectionError(seen.px, seen.sigma_px)
             .Evaluate(blocks.data(), one.residual.data(), jacobians.data()))
      continue;
    ceres::EigenQuaternionManifold().PlusJacobian(rotation.data(), by_turn.data());
    // With u = r^2 / scale^2, the loss's slope is 1 / (1 + u), and its curvature, averaged over the
    // directions of r, 1 / (1 + u)^2: derivatives take the root of that, so that their squares sum up to
    // curvature.
    const double weight = 1 / (1 + one.residual.squaredNorm() / (loss_scale_ * loss_scale_));
    one.pose << weight * by_rotation * by_turn, weight * by_translation;
    one.intrinsics = weight * by_intrinsics;
    one.center = weight * by_center;
    one.point = weight * by_point;
    all.push_back(one);
  }
  return all;
}

// Weak information that the principal points are in the picture: a level ring leaves their height open.
Eigen::VectorXd PriorInformation(const SparseMap& map) {
  Eigen::VectorXd information(2 * static_cast<Eigen::Index>(map.cameras.size()));
  for (Eigen::Index i = 0; i < information.size(); ++i) {
    const Camera& camera = map.cameras[i / 2];
    information[i] = std::pow(kPriorSigmaShare * std::max(camera.width, camera.height), -2);
  }
  return information;
}

// Variance of `step` by how the parts differ: those that agree on it have no slope left once it is taken.
Eigen::VectorXd ClusterVariance(const std::vector<Part>& parts,
                                const Eigen::MatrixXd& inverse,
                                const Eigen::VectorXd& step) {
  const auto count = static_cast<double>(parts.size());
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(step.size());
  for (const Part& part : parts)
    sum += (inverse * (part.score - part.information * step)).cwiseAbs2() * count / (count - 1);
  return sum;
}

}  // namespace

Result<PrincipalPointScore> ScorePrincipalPoints(const SparseMap& map,
                                                 double loss_scale,
                                                 const std::vector<int>& group_of,
                                                 int groups) {
  RV_CHECK_EQ(group_of.size(), map.points.size());
  Score score(map, loss_scale);
  for (std::size_t p = 0; p < map.points.size(); ++p) {
    if (map.points[p].valid && group_of[p] >= 0) score.AddPoint(map.points[p]);
  }
  if (!score.Solve())
    return Fail(ErrorCode::kInsufficientData, "the camera positions are not fixed by the points they share",
                "let neighbouring pictures show more of the same details of the item");
  const int n = score.centers();
  std::vector<Part> by_group(groups, {Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Zero(n, n)});
  std::vector<Part> by_segment = by_group;
  for (std::size_t p = 0; p < map.points.size(); ++p) {
    if (map.points[p].valid && group_of[p] >= 0)
      score.AddEffective(map.points[p], by_group[group_of[p]], by_segment);
  }
  const Eigen::VectorXd prior = PriorInformation(map);
  Part all{Eigen::VectorXd::Zero(n), prior.asDiagonal()};
  for (const Part& part : by_group) {
    all.score += part.score;
    all.information += part.information;
  }
  const Eigen::MatrixXd inverse = all.information.ldlt().solve(Eigen::MatrixXd::Identity(n, n));
  PrincipalPointScore out{.step_px = inverse * all.score};
  out.gain = 0.5 * all.score.dot(out.step_px);
  out.naive_px2 = inverse.diagonal();
  out.variance_px2 =
      inverse.cwiseAbs2() * prior + ClusterVariance(by_group, inverse, out.step_px)
                                        .cwiseMax(ClusterVariance(by_segment, inverse, out.step_px));
  return out;
}

}  // namespace rv::sparse
