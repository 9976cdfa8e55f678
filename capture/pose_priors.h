// Poses that the phone gave: a transforms.json as nerfstudio, instant-ngp and ARKit exporters write it.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "scene/sweep.h"

namespace rv::capture {

// Reads `path` and sets pose_prior of the frames it names (by file name, with or without extension or
// folder), and the sweep's camera when the file gives one. Matrices are camera to world with OpenGL axes (x
// right, y up, z backward). A camera is scaled to the frames' size. Frames it does not name are left as they
// are; a file that names none adds a warning. Fails with kNotFound, kCorrupt (not JSON, not rigid, not
// finite), kUnsupported (a lens model other than a pinhole with radial terms).
Status ApplyPosePriors(const std::filesystem::path& path, Sweep& sweep);

}  // namespace rv::capture
