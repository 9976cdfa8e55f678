#include "reconstruct/sparse/bundle_adjustment.h"

#include <ceres/ceres.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "reconstruct/sparse/reprojection_error.h"

namespace rv::sparse {
namespace {

template <int kSize>
class Prior {
 public:
  Prior(const Eigen::Matrix<double, kSize, 1>& mean, const Eigen::Matrix<double, kSize, 1>& sigma)
      : mean_(mean), sigma_(sigma) {}
  template <typename T>
  bool operator()(const T* value, T* residual) const {
    for (int i = 0; i < kSize; ++i) residual[i] = (value[i] - mean_[i]) / sigma_[i];
    return true;
  }
  static ceres::CostFunction* Create(const Eigen::Matrix<double, kSize, 1>& mean,
                                     const Eigen::Matrix<double, kSize, 1>& sigma) {
    return new ceres::AutoDiffCostFunction<Prior, kSize, kSize>(new Prior(mean, sigma));
  }

 private:
  Eigen::Matrix<double, kSize, 1> mean_, sigma_;
};

ceres::Problem::Options LossStaysOurs() {
  ceres::Problem::Options options;
  options.loss_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  return options;
}

struct IntrinsicsBlock {
  double intrinsics[3];
  double center[2];
};
struct PoseBlock {
  double rotation[4];  // x, y, z, w
  double translation[3];
};

// Which points take part: all, or long tracks first until each frame has its budget.
std::vector<char> SelectPoints(const SparseMap& map, const std::vector<char>& frame_free, int budget) {
  std::vector<char> chosen(map.points.size(), 0);
  std::vector<std::pair<int, int>> order;  // (-inliers, point)
  for (std::size_t p = 0; p < map.points.size(); ++p) {
    if (!map.points[p].valid) continue;
    int inliers = 0;
    bool touches = false;
    for (const MapObservation& seen : map.points[p].track) {
      if (!seen.inlier || !map.frames[seen.frame].posed) continue;
      ++inliers;
      touches |= frame_free[seen.frame] != 0;
    }
    if (inliers >= 2 && touches) order.emplace_back(-inliers, static_cast<int>(p));
  }
  if (budget <= 0) {
    for (const auto& [inliers, p] : order) chosen[p] = 1;
    return chosen;
  }
  std::sort(order.begin(), order.end());
  std::vector<int> used(map.frames.size(), 0);
  for (const auto& [inliers, p] : order) {
    const auto& track = map.points[p].track;
    const bool wanted = std::any_of(track.begin(), track.end(), [&](const MapObservation& seen) {
      return seen.inlier && map.frames[seen.frame].posed && used[seen.frame] < budget;
    });
    if (!wanted) continue;
    chosen[p] = 1;
    for (const MapObservation& seen : track) used[seen.frame] += seen.inlier ? 1 : 0;
  }
  return chosen;
}

class Bundle {
 public:
  Bundle(SparseMap& map, const BundleOptions& options) : map_(map), options_(options) {
    frame_free_.assign(map.frames.size(), options.free_frames.empty() ? 1 : 0);
    for (const int f : options.free_frames) frame_free_[f] = 1;
    chosen_ = SelectPoints(map, frame_free_, options.budget_per_frame);
    Load();
  }

  BundleSummary Solve() {
    AddObservations();
    HoldGauge();
    SetLenses();
    ceres::Solver::Options solver;
    solver.num_threads = 1;
    solver.max_num_iterations = options_.max_iterations;
    solver.function_tolerance = options_.function_tolerance;
    solver.linear_solver_type = frames_used_ <= 160 ? ceres::DENSE_SCHUR : ceres::SPARSE_SCHUR;
    solver.linear_solver_ordering = ordering_;
    solver.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(solver, &problem_, &summary);
    if (summary.IsSolutionUsable()) Store();
    usable_ = summary.IsSolutionUsable();
    return {observations_, static_cast<int>(summary.iterations.size()), summary.initial_cost,
            summary.final_cost};
  }
  bool usable() const { return usable_; }

 private:
  void Load() {
    for (const Camera& c : map_.cameras)
      cameras_.push_back({{std::log(c.focal_px), c.k1, c.k2}, {c.cx_px, c.cy_px}});
    poses_.resize(map_.frames.size());
    for (std::size_t f = 0; f < map_.frames.size(); ++f) {
      const Rigid3& pose = map_.frames[f].cam_from_world;
      Eigen::Map<Eigen::Vector4d>(poses_[f].rotation) = pose.rotation.coeffs();
      Eigen::Map<Eigen::Vector3d>(poses_[f].translation) = pose.translation;
    }
  }

  void AddObservations() {
    ordering_ = std::make_shared<ceres::ParameterBlockOrdering>();
    for (std::size_t p = 0; p < map_.points.size(); ++p) {
      if (!chosen_[p]) continue;
      MapPoint& point = map_.points[p];
      for (const MapObservation& seen : point.track) {
        if (!seen.inlier || !map_.frames[seen.frame].posed) continue;
        IntrinsicsBlock& camera = cameras_[map_.frames[seen.frame].camera];
        PoseBlock& pose = poses_[seen.frame];
        problem_.AddResidualBlock(new ReprojectionError(seen.px, seen.sigma_px), &loss_, camera.intrinsics,
                                  camera.center, pose.rotation, pose.translation, point.position.data());
        ++observations_;
      }
      ordering_->AddElementToGroup(point.position.data(), 0);
    }
  }

  void HoldGauge() {
    bool all_free = true;
    int first = -1;
    for (std::size_t f = 0; f < poses_.size(); ++f) {
      PoseBlock& pose = poses_[f];
      if (!problem_.HasParameterBlock(pose.rotation)) continue;
      ++frames_used_;
      problem_.SetManifold(pose.rotation, new ceres::EigenQuaternionManifold);
      ordering_->AddElementToGroup(pose.rotation, 1);
      ordering_->AddElementToGroup(pose.translation, 1);
      if (!frame_free_[f]) {
        problem_.SetParameterBlockConstant(pose.rotation);
        problem_.SetParameterBlockConstant(pose.translation);
        all_free = false;
      } else if (first < 0) {
        first = static_cast<int>(f);
      }
    }
    if (!all_free || first < 0) return;
    problem_.SetParameterBlockConstant(poses_[first].rotation);
    problem_.SetParameterBlockConstant(poses_[first].translation);
  }

  void SetLenses() {
    for (std::size_t c = 0; c < cameras_.size(); ++c) {
      IntrinsicsBlock& block = cameras_[c];
      if (!problem_.HasParameterBlock(block.intrinsics)) continue;
      ordering_->AddElementToGroup(block.intrinsics, 2);
      ordering_->AddElementToGroup(block.center, 2);
      HoldIntrinsics(block);
      SetCenter(block, c);
    }
  }

  void HoldIntrinsics(IntrinsicsBlock& block) {
    if (!options_.refine_focal && !options_.refine_distortion) {
      problem_.SetParameterBlockConstant(block.intrinsics);
      return;
    }
    if (!options_.refine_distortion)
      problem_.SetManifold(block.intrinsics, new ceres::SubsetManifold(3, {1, 2}));
    if (!options_.refine_focal) problem_.SetManifold(block.intrinsics, new ceres::SubsetManifold(3, {0}));
    const double loose = 1e3;
    const Eigen::Vector3d sigma(options_.focal_sigma > 0 ? options_.focal_sigma : loose,
                                options_.distortion_sigma, options_.distortion_sigma);
    problem_.AddResidualBlock(Prior<3>::Create({block.intrinsics[0], 0, 0}, sigma), nullptr,
                              block.intrinsics);
  }

  void SetCenter(IntrinsicsBlock& block, std::size_t c) {
    const Camera& camera = map_.cameras[c];
    if (!options_.refine_principal_point) {
      problem_.SetParameterBlockConstant(block.center);
      return;
    }
    const double share = options_.principal_point_sigma * std::max(camera.width, camera.height);
    const auto& given = options_.principal_point_sigma_px;
    const Eigen::Vector2d sigma = given.empty() ? Eigen::Vector2d(share, share) : given[c];
    problem_.AddResidualBlock(Prior<2>::Create({camera.width / 2.0, camera.height / 2.0}, sigma), nullptr,
                              block.center);
  }

  void Store() {
    for (std::size_t c = 0; c < cameras_.size(); ++c) {
      Camera& camera = map_.cameras[c];
      camera.focal_px = std::exp(cameras_[c].intrinsics[0]);
      camera.k1 = cameras_[c].intrinsics[1];
      camera.k2 = cameras_[c].intrinsics[2];
      camera.cx_px = cameras_[c].center[0];
      camera.cy_px = cameras_[c].center[1];
    }
    for (std::size_t f = 0; f < poses_.size(); ++f) {
      if (!problem_.HasParameterBlock(poses_[f].rotation)) continue;
      Rigid3& pose = map_.frames[f].cam_from_world;
      pose.rotation = Eigen::Quaterniond(Eigen::Map<Eigen::Vector4d>(poses_[f].rotation)).normalized();
      pose.translation = Eigen::Map<Eigen::Vector3d>(poses_[f].translation);
    }
  }

  SparseMap& map_;
  const BundleOptions& options_;
  std::vector<char> frame_free_, chosen_;
  std::vector<IntrinsicsBlock> cameras_;
  std::vector<PoseBlock> poses_;
  ceres::CauchyLoss loss_{options_.loss_scale};  // of every residual
  ceres::Problem problem_{LossStaysOurs()};
  std::shared_ptr<ceres::ParameterBlockOrdering> ordering_;
  int observations_ = 0;
  int frames_used_ = 0;
  bool usable_ = false;
};

}  // namespace

Result<BundleSummary> AdjustBundle(SparseMap& map, const BundleOptions& options) {
  Bundle bundle(map, options);
  const BundleSummary summary = bundle.Solve();
  if (!bundle.usable()) return Fail(ErrorCode::kInternal, "bundle adjustment found no usable step");
  return summary;
}

}  // namespace rv::sparse
