// Options of the orbit and its ring.
#pragma once

#include "base/result.h"

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

}  // namespace rv
