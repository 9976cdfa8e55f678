// Draws a finished asset from any camera near its captured ones.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "scene/rotating_view.h"
#include "synthesis/captured_view.h"

namespace rv::synthesis {

// May be used by several threads at once. Refers to the asset.
class AssetRenderer {
 public:
  // Fails with kInsufficientData where no two captured frames have position, picture and depth.
  static Result<std::unique_ptr<AssetRenderer>> Create(const RotatingView& asset);

  // 4 channels; alpha 0 where no captured frame shows anything. `camera`: a pinhole without distortion, `cam_from_world` in
  // the asset's reconstruction. Fails with kCorrupt when a frame does not decode.
  Result<Image> Draw(const Camera& camera, const Rigid3& cam_from_world);

 private:
  explicit AssetRenderer(const RotatingView& asset) : asset_(asset) {}

  Result<std::shared_ptr<const CapturedView>> Load(std::size_t source);

  const RotatingView& asset_;
  std::vector<std::size_t> sources_;
  std::vector<Eigen::Vector3d> directions_;  // of `sources_`, from the orbit's center
  std::mutex mutex_;
  std::list<std::pair<std::size_t, std::shared_ptr<const CapturedView>>> recent_;  // latest first
};

}  // namespace rv::synthesis
