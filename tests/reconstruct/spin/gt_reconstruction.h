// Real sweeps with ground-truth poses: a Sweep and a Reconstruction made from a set of ../shared/sweeps, so
// that what comes after the mapper can be tested without it. Poses are those of gt.json; points are SIFT
// matches between frames near in capture order, triangulated with those poses. Pictures are undistorted to
// square pixels.
#pragma once

#include <optional>
#include <string>

#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv {

struct GtSweep {
  Sweep sweep;
  Reconstruction reconstruction;
};

// The folder of shared data: $ROTAVIEW_SHARED or ../shared; empty when it is not there.
std::string SharedFolder();

// Empty when `folder` has no gt.json or its pictures cannot be read. At most `max_frames` frames, evenly
// picked.
std::optional<GtSweep> LoadGtSweep(const std::string& folder, int max_frames, int threads);

}  // namespace rv
