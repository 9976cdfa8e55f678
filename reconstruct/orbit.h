// The Orbit of a Reconstruction: the point that the cameras circle, the axis they circle about, the azimuth
// of each frame, and the one ring that the spin will show.
//
// Centre: the point nearest to all optical axes (robust least squares), moved towards the densest cloud of
// points seen near the picture centres. Up: the direction most nearly normal to the cameras' horizontal image
// axes and to the plane of their positions; its sign is that of most cameras' up, which survives frames that
// were taken upside down. All lengths are in the units of `world`.
#pragma once

#include "scene/orbit.h"
#include "scene/reconstruction.h"
#include "scene/result.h"
#include "scene/sweep.h"

namespace rv {

struct OrbitOptions {
  // A hole in azimuth wider than this (and than 2.5 median steps) ends the ring: the spin shows the longest
  // piece between holes. Degrees, 5 to 180.
  double max_hole_deg = 30;
  // The ring is closed when its widest gap is no more than this or than 2.5 median steps. Degrees, 1 to 90.
  double closed_gap_deg = 25;
  // Frames whose elevation differs by more than this from the ring's median are off the ring. Degrees, 5
  // to 90.
  double elevation_band_deg = 25;

  Status Validate() const;
};

// Fails with kInsufficientData when fewer than three frames are posed or their optical axes meet nowhere.
Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction, const OrbitOptions& options);

// As above, guided by what the sweep knows: points outside the mattes count less for the centre, sharp frames
// more for the choice of ring. `sweep.frames` must match `reconstruction.frames` one to one.
Result<Orbit> EstimateOrbit(const Reconstruction& reconstruction,
                            const Sweep& sweep,
                            const OrbitOptions& options);

}  // namespace rv
