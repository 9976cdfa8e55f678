// The truth for the views of an asset that was made from a generated sweep: the scene from its virtual cameras.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/pose_metrics.h"
#include "scene/rotating_view.h"

namespace rv::picture {

// The asset's virtual cameras in the scene's own frame, by the similarity that aligns the centers of the posed frames
// with the true ones best. Fails with kInsufficientData where the asset has no poses, or fewer than three of them are of
// frames with a truth.
struct TrueCameras {
  std::vector<Rigid3> cam_from_scene;  // of each view
  Eigen::Vector3d subject;             // the item's center in the scene
  double scene_from_world_scale = 1;
};
Result<TrueCameras> CamerasInScene(const RotatingView& view, const GroundTruth& truth);

// nerfstudio's transforms.json for them, files 0000, 0001, ... (`make_sweep --render-cameras`).
Status WriteCameras(const TrueCameras& cameras, const Camera& camera, const std::filesystem::path& file);

struct TrueView {
  Image picture;  // 3 channels
  Image matte;    // 1 channel
};
// What `make_sweep` drew into `folder` for view `index`.
Result<TrueView> ReadTrueView(const std::filesystem::path& folder, std::size_t index);
Result<Image> ReadPng(const std::filesystem::path& file, int channels);
Result<Raster16> ReadPng16(const std::filesystem::path& file);

}  // namespace rv::picture
