// Readers of pose files: ground truth (`gt.json`) and COLMAP text models.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "bench/pose_metrics.h"

namespace rv {

// {"images": {name: {"R": [[3x3]], "t": [3], "K": [[3x3]], "width", "height"}}, "subject": [3]?} with x_cam =
// R x_world + t, OpenCV axes. K, width and height may be missing. Fails with kNotFound or kCorrupt, naming
// the file and the entry.
Result<GroundTruth> ReadGroundTruth(const std::filesystem::path& json_file);

// Poses of `folder`/images.txt with the cameras of `folder`/cameras.txt (SIMPLE_PINHOLE, PINHOLE,
// SIMPLE_RADIAL, RADIAL, OPENCV; of OPENCV the tangential terms are dropped). Keys are names as written in
// the model. Fails with kNotFound, kCorrupt or kUnsupported (another camera model).
Result<PoseMap> ReadColmapPoses(const std::filesystem::path& folder);

}  // namespace rv
