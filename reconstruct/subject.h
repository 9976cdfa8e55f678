// The item of a sweep whose cameras are known: where it is in space, and a matte for the frames of the ring.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/subject.h"
#include "scene/sweep.h"

namespace rv {

// Looks for what stands at the orbit's center in all frames of the ring at once, by colors, edges, sparse points and the
// surface that it stands on. Mattes that frames have already take precedence. `Subject::known` is false where frames and
// hull do not agree on an item; that is no error.
//
// Fails with kCorrupt when a picture does not decode, kCancelled. Stage reported: "subject".
Result<Subject> FindSubject(const Sweep& sweep,
                            const Reconstruction& reconstruction,
                            const Orbit& orbit,
                            int threads,
                            const Progress& progress);

}  // namespace rv
