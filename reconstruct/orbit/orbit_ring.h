// The frames of the one ring that a spin shows: one contiguous turn of a capture that goes round more than
// once, or one band of elevation when the photos come in no order; of that, the longest piece between holes.
#pragma once

#include <vector>

#include "reconstruct/orbit/orbit_options.h"
#include "scene/orbit.h"

namespace rv::orbit {

// The position of a camera about the orbit's center.
struct RingFrame {
  double azimuth = 0;    // radians from an arbitrary direction
  double unwrapped = 0;  // azimuth made continuous along the capture
  double elevation = 0;
  double radius = 0;
  double sharpness = 1;  // relative to the sweep's median
  bool usable = true;    // may be a source of the spin
};

// What the chosen ring covers. Azimuths in radians, from the same direction as RingFrame::azimuth.
struct Ring {
  std::vector<bool> on_ring;  // one entry a frame
  double start = 0;           // azimuth of the counter-clockwise start of an open arc; any when closed
  double arc = 0;
  bool closed = false;
  std::vector<OrbitGap> holes;  // inside the arc
};

// Fills RingFrame::unwrapped from the azimuths.
void Unwrap(std::vector<RingFrame>& frames);

// `frames`: in capture order, unwrapped, not empty.
Ring ChooseRing(const std::vector<RingFrame>& frames, const OrbitOptions& options);

}  // namespace rv::orbit
