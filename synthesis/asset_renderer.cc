#include "synthesis/asset_renderer.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "synthesis/novel_view.h"

namespace rv::synthesis {
namespace {

constexpr std::size_t kKept = 10;    // decoded frames
constexpr double kSamePlace = 1e-4;  // radians

double Angle(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b));
}

}  // namespace

Result<std::unique_ptr<AssetRenderer>> AssetRenderer::Create(const RotatingView& asset) {
  std::unique_ptr<AssetRenderer> out(new AssetRenderer(asset));
  for (std::size_t i = 0; i < asset.sources.size(); ++i) {
    if (!CanBeDrawnFrom(asset, i)) continue;
    out->sources_.push_back(i);
    out->directions_.push_back(
        (asset.reconstruction->frames[i].cam_from_world.Origin() - asset.orbit->center).normalized());
  }
  if (out->sources_.size() < 2)
    return Fail(ErrorCode::kInsufficientData,
                "too few captured frames have a position, a picture and depth to draw from",
                "convert again with this version, without --no-sources and --no-depth; a spin without camera "
                "positions (tier 3, 4) cannot be drawn from elsewhere");
  return out;
}

std::vector<AssetRenderer::Chosen> AssetRenderer::Choose(const Rigid3& cam_from_world) const {
  const Eigen::Vector3d to = (cam_from_world.Origin() - asset_.orbit->center).normalized();
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t k = 0; k < sources_.size(); ++k) near.emplace_back(Angle(to, directions_[k]), k);
  std::sort(near.begin(), near.end());
  const auto [first_angle, first] = near[0];
  if (first_angle < kSamePlace) return {{sources_[first], 1.0}, {sources_[near[1].second], 0.0}};
  std::vector<Chosen> out{{sources_[first], 1.0}};
  std::size_t second = near.size();
  for (std::size_t k = 1; k < near.size(); ++k) {
    const Eigen::Vector3d one = directions_[first] - to, other = directions_[near[k].second] - to;
    if (one.dot(other) < -0.2 * one.norm() * other.norm()) {
      second = k;
      break;
    }
  }
  if (second < near.size()) {
    const double a = first_angle, b = near[second].first;
    out[0].weight = b / (a + b);
    out.push_back({sources_[near[second].second], a / (a + b)});
  }
  for (std::size_t k = 1; k < near.size() && out.size() < 3; ++k)
    if (k != second) out.push_back({sources_[near[k].second], 0.0});
  return out;
}

Result<std::shared_ptr<const CapturedView>> AssetRenderer::Load(std::size_t source) {
  {
    const std::lock_guard lock(mutex_);
    for (auto at = recent_.begin(); at != recent_.end(); ++at) {
      if (at->first != source) continue;
      recent_.splice(recent_.begin(), recent_, at);
      return recent_.front().second;
    }
  }
  Result<CapturedView> loaded = LoadCapturedView(asset_, source);
  if (!loaded) return Forward(loaded);
  auto view = std::make_shared<const CapturedView>(*std::move(loaded));
  const std::lock_guard lock(mutex_);
  recent_.emplace_front(source, view);
  if (recent_.size() > kKept) recent_.pop_back();
  return std::shared_ptr<const CapturedView>(view);
}

Result<Image> AssetRenderer::Draw(const Camera& camera, const Rigid3& cam_from_world) {
  std::vector<std::shared_ptr<const CapturedView>> views;
  std::vector<Weighted> weighted;
  for (const Chosen& chosen : Choose(cam_from_world)) {
    const Result<std::shared_ptr<const CapturedView>> view = Load(chosen.source);
    if (!view) return Forward(view);
    views.push_back(*view);
    weighted.push_back({views.back().get(), chosen.weight});
  }
  return DrawNovelView(weighted, camera, cam_from_world);
}

}  // namespace rv::synthesis
