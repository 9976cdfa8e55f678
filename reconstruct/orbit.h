// The Orbit of a Reconstruction: the point that the cameras circle, the axis they circle about, the azimuth
// of each frame, and the one ring that the spin will show.
//
// The center is the point nearest to all optical axes (robust least squares), moved towards the densest cloud
// of points seen near the picture centers. Up is the likeliest direction by how the pictures are held, the heights of
// their positions and the surface under the item; single frames may lie on their side or upside down. All lengths are in the units of `world`.
#pragma once

#include "base/result.h"
#include "reconstruct/orbit/fold.h"
#include "reconstruct/orbit/orbit_options.h"
#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv {

using orbit::LooksFolded;

// Fails with kInsufficientData when fewer than three frames are posed or their optical axes meet nowhere.
Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction, const OrbitOptions& options);

// As above, guided by what the sweep knows: points outside the mattes count less for the center, sharp frames
// more for the choice of ring. `sweep.frames` must match `reconstruction.frames` one to one.
Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction,
                            const Sweep& sweep,
                            const OrbitOptions& options);

// `orbit` of the same reconstruction with another center and radius of the subject: azimuths, heights and the ring are
// found anew, up is kept.
Orbit OrbitAbout(const Reconstruction& reconstruction,
                 const Sweep& sweep,
                 const Orbit& orbit,
                 const Eigen::Vector3d& center,
                 double subject_radius,
                 const OrbitOptions& options);

}  // namespace rv
