// A scene drawn clean from given cameras, with its depth and matte: the truth that a synthesized view is held to.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "tests/support/render/synthetic_sweep.h"

namespace rv {

struct NamedCamera {
  std::string name;  // of the files to write, without extension
  Camera camera;
  Rigid3 cam_from_object;
};

// nerfstudio's transforms.json: `frames` with `file_path` and `transform_matrix` (object from a camera whose x is
// right, y up, z backward), and w, h, fl_x, fl_y, cx, cy, k1, k2 for each frame or for all. The world is the scene's
// own frame, +Y up; no axis is turned. Files are named by the last part of `file_path`, without its extension. Fails
// with kNotFound, kCorrupt (naming the frame), kUnsupported for pixels that are not square or tangential distortion.
Result<std::vector<NamedCamera>> ReadCameras(const std::filesystem::path& transforms_json);

// `folder`/images, matte and depth: NAME.png for each camera; depth as SweepSet's rasters. No noise, vignette, drift,
// shake or blur; a turntable stands at turn 0. Refuses a folder that holds a sweep (kInvalidArgument).
Status WriteCleanViews(const SyntheticSweep& sweep,
                       const std::vector<NamedCamera>& cameras,
                       const std::filesystem::path& folder,
                       const Progress& progress);

}  // namespace rv
