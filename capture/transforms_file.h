// A transforms.json as nerfstudio, instant-ngp and ARKit exporters write it: a pose for each picture, and lenses.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scene/geometry.h"

namespace rv {

struct TransformsFrame {
  std::string file;            // file_path, as written
  Rigid3 cam_from_world;       // our axes: x right, y down, z forward
  std::optional<Camera> lens;  // of this frame alone
};

struct TransformsFile {
  std::vector<TransformsFrame> frames;
  std::optional<Camera> lens;  // of all frames
  bool tangential = false;     // some lens has tangential distortion, which is left out
};

// Focal lengths of both axes become their geometric mean. Fails with kNotFound, kCorrupt, and kUnsupported for fisheye and
// panoramic lenses.
Result<TransformsFile> ReadTransforms(const std::filesystem::path& path);

}  // namespace rv
