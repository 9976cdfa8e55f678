#include "reconstruct/single_axis/adjustment.h"

#include <ceres/ceres.h>
#include <ceres/rotation.h>

#include <algorithm>
#include <memory>

#include "base/statistics.h"

namespace rv::single_axis {
namespace {

// Blocks: ln(focal); roll, tilt, side; angle; deviation; the point in world.
class SingleAxisError {
 public:
  SingleAxisError(const Camera& camera, const sparse::MapObservation& seen)
      : center_(camera.cx_px, camera.cy_px),
        k1_(camera.k1),
        k2_(camera.k2),
        px_(seen.px),
        weight_(1.0 / seen.sigma_px) {}

  template <typename T>
  bool operator()(const T* log_focal,
                  const T* axis,
                  const T* angle,
                  const T* deviation,
                  const T* point,
                  T* residual) const {
    using std::cos;
    using std::exp;
    using std::sin;
    const T ca = cos(angle[0]), sa = sin(angle[0]);
    const T x = ca * point[0] + sa * point[2], y = point[1], z = ca * point[2] - sa * point[0];
    const T ct = cos(axis[1]), st = sin(axis[1]);
    const T tilted_y = st * z - ct * y, tilted_z = -st * y - ct * z;
    const T cr = cos(axis[0]), sr = sin(axis[0]);
    const T side_x = cr * (x + axis[2]) - sr * tilted_y, side_y = sr * (x + axis[2]) + cr * tilted_y;
    const T in_ring[3] = {side_x, side_y + deviation[3], tilted_z + T(1) + deviation[4]};
    T in_cam[3];
    ceres::AngleAxisRotatePoint(deviation, in_ring, in_cam);
    // A point behind the camera costs much, but ends no step: the solver goes another way.
    const T depth = in_cam[2] < T(0.02) ? T(0.02) : in_cam[2];
    const T px = in_cam[0] / depth, py = in_cam[1] / depth;
    const T r2 = px * px + py * py;
    const T scale = exp(log_focal[0]) * (T(1) + r2 * (T(k1_) + r2 * T(k2_)));
    residual[0] = T(weight_) * (scale * px + T(center_.x() - px_.x()));
    residual[1] = T(weight_) * (scale * py + T(center_.y() - px_.y()));
    return true;
  }

  static ceres::CostFunction* Create(const Camera& camera, const sparse::MapObservation& seen) {
    return new ceres::AutoDiffCostFunction<SingleAxisError, 2, 1, 3, 1, 5, 3>(
        new SingleAxisError(camera, seen));
  }

 private:
  Eigen::Vector2d center_;
  double k1_, k2_;
  Eigen::Vector2d px_;
  double weight_;
};

template <int kSize>
class Prior {
 public:
  using Values = std::array<double, kSize>;
  Prior(const Values& mean, const Values& sigma) : mean_(mean), sigma_(sigma) {}
  template <typename T>
  bool operator()(const T* value, T* residual) const {
    for (int i = 0; i < kSize; ++i) residual[i] = (value[i] - mean_[i]) / sigma_[i];
    return true;
  }
  static ceres::CostFunction* Create(const Values& mean, const Values& sigma) {
    return new ceres::AutoDiffCostFunction<Prior, kSize, kSize>(new Prior(mean, sigma));
  }

 private:
  Values mean_, sigma_;
};

class EvenSteps {
 public:
  explicit EvenSteps(double sigma) : sigma_(sigma) {}
  template <typename T>
  bool operator()(const T* before, const T* here, const T* after, T* residual) const {
    residual[0] = (after[0] - T(2) * here[0] + before[0]) / T(sigma_);
    return true;
  }

 private:
  double sigma_;
};

class SingleAxisProblem {
  // Order of elimination. Ceres orders a group by address: what is in it must lie in one array (lens: in this object).
  enum Group { kPoints, kAngles, kDeviations, kLens };

 public:
  SingleAxisProblem(SingleAxisModel& model, sparse::SparseMap& map, const AdjustmentOptions& options)
      : model_(model), map_(map), options_(options), log_focal_(std::log(map.cameras[0].focal_px)) {
    axis_ = {model.axis.roll, model.axis.tilt, model.axis.side};
  }

  Result<AdjustmentSummary> Solve() {
    AddObservations();
    if (summary_.observations == 0)
      return Fail(ErrorCode::kInsufficientData, "no point agrees with one turn about an axis");
    AddCameraPriors();
    HoldAngles();
    HoldDeviations();
    ceres::Solver::Options solver;
    solver.num_threads = 1;
    solver.max_num_iterations = options_.max_iterations;
    solver.function_tolerance = options_.function_tolerance;
    solver.linear_solver_type = ceres::DENSE_SCHUR;
    solver.linear_solver_ordering = ordering_;
    solver.logging_type = ceres::SILENT;
    ceres::Solver::Summary report;
    ceres::Solve(solver, &problem_, &report);
    if (!report.IsSolutionUsable())
      return Fail(ErrorCode::kInsufficientData, "no turn about an axis fits the points");
    Store();
    summary_.final_cost = report.final_cost;
    return summary_;
  }

 private:
  void AddObservations() {
    ordering_ = std::make_shared<ceres::ParameterBlockOrdering>();
    auto* loss = new ceres::CauchyLoss(options_.loss_scale);  // the problem owns it once it is used
    for (sparse::MapPoint& point : map_.points) {
      if (!point.valid) continue;
      bool used = false;
      for (const sparse::MapObservation& seen : point.track) {
        if (!seen.inlier || !map_.frames[seen.frame].posed) continue;
        problem_.AddResidualBlock(SingleAxisError::Create(map_.cameras[0], seen), loss, &log_focal_,
                                  axis_.data(), &model_.angles[seen.frame],
                                  model_.deviations[seen.frame].data(), point.position.data());
        ++summary_.observations;
        used = true;
      }
      if (used) ordering_->AddElementToGroup(point.position.data(), kPoints);
    }
    if (summary_.observations == 0) delete loss;
  }

  void AddCameraPriors() {
    ordering_->AddElementToGroup(&log_focal_, kLens);
    ordering_->AddElementToGroup(axis_.data(), kLens);
    const double mean_px = options_.focal_mean_px > 0 ? options_.focal_mean_px : map_.cameras[0].focal_px;
    if (options_.refine_focal) {
      problem_.AddResidualBlock(Prior<1>::Create({std::log(mean_px)}, {options_.focal_sigma}), nullptr,
                                &log_focal_);
    } else {
      problem_.SetParameterBlockConstant(&log_focal_);
    }
    constexpr std::array<double, 3> kAxisSigma{0.1, 0.35, 0.1};
    constexpr double kUsualTilt = 0.3;
    problem_.AddResidualBlock(
        Prior<3>::Create({std::round(axis_[0] / (kPi / 2)) * (kPi / 2), kUsualTilt, 0}, kAxisSigma), nullptr,
        axis_.data());
  }

  void HoldAngles() {
    const std::size_t count = model_.angles.size();
    const double mean = (model_.angles.back() - model_.angles.front()) / static_cast<double>(count - 1);
    const double size = std::max(std::abs(mean), 1e-3);
    for (std::size_t f = 1; f + 1 < count; ++f) {
      problem_.AddResidualBlock(
          new ceres::AutoDiffCostFunction<EvenSteps, 1, 1, 1, 1>(new EvenSteps(options_.step_sigma * size)),
          new ceres::CauchyLoss(1), &model_.angles[f - 1], &model_.angles[f], &model_.angles[f + 1]);
    }
    for (double& angle : model_.angles) {
      if (problem_.HasParameterBlock(&angle)) ordering_->AddElementToGroup(&angle, kAngles);
    }
    if (problem_.HasParameterBlock(&model_.angles[0])) problem_.SetParameterBlockConstant(&model_.angles[0]);
  }

  void HoldDeviations() {
    const double turn = options_.deviation_angle_sigma, shift = options_.deviation_shift_sigma;
    for (PoseDeviation& deviation : model_.deviations) {
      if (!problem_.HasParameterBlock(deviation.data())) continue;
      ordering_->AddElementToGroup(deviation.data(), kDeviations);
      if (turn > 0 && shift > 0) {
        problem_.AddResidualBlock(Prior<5>::Create({}, {turn, turn, turn, shift, shift}), nullptr,
                                  deviation.data());
      } else {
        problem_.SetParameterBlockConstant(deviation.data());
      }
    }
  }

  void Store() {
    map_.cameras[0].focal_px = std::exp(log_focal_);
    model_.axis = {axis_[0], axis_[1], axis_[2]};
    ApplyModel(model_, map_);
  }

  SingleAxisModel& model_;
  sparse::SparseMap& map_;
  const AdjustmentOptions& options_;
  double log_focal_;
  std::array<double, 3> axis_{};
  ceres::Problem problem_;
  std::shared_ptr<ceres::ParameterBlockOrdering> ordering_;
  AdjustmentSummary summary_;
};

}  // namespace

Result<AdjustmentSummary> AdjustSingleAxis(SingleAxisModel& model,
                                           sparse::SparseMap& map,
                                           const AdjustmentOptions& options) {
  return SingleAxisProblem(model, map, options).Solve();
}

}  // namespace rv::single_axis
