// The item of a sweep, and the orbit about it: where the cameras' orbit is centered follows from where the item is.
#pragma once

#include "base/progress.h"
#include "base/result.h"
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

// `orbit` is that of the cameras; it stays where the item is not placed or fewer frames would be shown. Fails as
// FindSubject.
Result<ItemOnOrbit> FindItemOnOrbit(const Sweep& sweep,
                                    const Reconstruction& reconstruction,
                                    const Orbit& orbit,
                                    const ConvertOptions& options,
                                    const Progress& progress);

}  // namespace rv::convert
