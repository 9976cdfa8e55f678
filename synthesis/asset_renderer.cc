#include "synthesis/asset_renderer.h"

#include <Eigen/Dense>

#include "synthesis/nearest_frames.h"
#include "synthesis/novel_view.h"

namespace rv::synthesis {
namespace {

constexpr std::size_t kKept = 10;  // decoded frames

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
  const Eigen::Vector3d to = (cam_from_world.Origin() - asset_.orbit->center).normalized();
  for (const ChosenFrame& chosen : ChooseFrames(directions_, to)) {
    const Result<std::shared_ptr<const CapturedView>> view = Load(sources_[chosen.index]);
    if (!view) return Forward(view);
    views.push_back(*view);
    weighted.push_back({views.back().get(), chosen.weight});
  }
  return DrawNovelView(weighted, camera, cam_from_world);
}

}  // namespace rv::synthesis
