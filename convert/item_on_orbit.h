// The item of a sweep, and the orbit about it: where the cameras' orbit is centered follows from where the item is.
#pragma once

#include <optional>

#include "base/progress.h"
#include "base/result.h"
#include "capture/clip_frames.h"
#include "convert/convert_options.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv::convert {

struct ItemOnOrbit {
  Subject subject;  // if it is known, with a matte for every frame of the orbit's ring
  Orbit orbit;
};

// `orbit` is that of the cameras; it stays where the item is not placed or fewer frames would be shown. `clip`, where there
// is one, gives frames that stand where views are drawn from: they join sweep and reconstruction once it is known
// where the item is. Fails as SubjectFinder, CaptureSweep and PoseFramesBetween.
Result<ItemOnOrbit> FindItemOnOrbit(Sweep& sweep,
                                    Reconstruction& reconstruction,
                                    const Orbit& orbit,
                                    const ConvertOptions& options,
                                    const std::optional<ClipFrames>& clip,
                                    const Progress& progress);

}  // namespace rv::convert
