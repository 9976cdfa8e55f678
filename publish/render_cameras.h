// The asset drawn at given cameras, one picture each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv {

struct RenderCamera {
  std::string name;       // of the picture, without folder and extension
  Camera camera;          // a pinhole
  Rigid3 cam_from_world;  // in the asset's reconstruction
};

// From the frame that `export nerf` writes to the asset's reconstruction.
Rigid3 FromExportFrame(const RotatingView& view, const Rigid3& cam_from_exported);

// Writes DIR/NAME.png for each, RGBA, alpha 0 where no captured frame shows anything. The folder appears whole or not at
// all. Fails as synthesis::AssetRenderer, and with kInvalidArgument where two cameras have one name.
Status RenderCameras(const RotatingView& view,
                     const std::vector<RenderCamera>& cameras,
                     const std::filesystem::path& out,
                     int threads,
                     const Progress& progress);

}  // namespace rv
