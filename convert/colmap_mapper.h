// The other mapper, `--mapper colmap`: hands a Sweep's frames to the installed COLMAP (features, sequential
// matching, incremental mapping) and takes its largest model over as a Reconstruction. Schoenberger and
// Frahm, Structure-from-Motion Revisited, CVPR 2016.
#pragma once

#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/reconstruct.h"
#include "scene/sweep.h"

namespace rv {

// As ReconstructSweep, with COLMAP's poses, points and tracks under the names of the sweep's frames. Frames
// of one size share one camera; a known camera is given to COLMAP and kept as it is; mattes become masks.
// COLMAP is not deterministic: its result may differ between two runs. Fails with kUnsupported when
// COLMAP is not installed (naming the package), kInsufficientData when it finds no model, kCancelled when
// `progress` stops it (its processes and temporary files are gone by then).
Result<ReconstructResult> ReconstructWithColmap(const Sweep& sweep,
                                                const ReconstructOptions& options,
                                                const Progress& progress);

// "COLMAP 3.8" as the installed program says it; empty when there is none.
std::string ColmapVersion();

}  // namespace rv
