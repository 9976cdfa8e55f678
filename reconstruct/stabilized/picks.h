// The frames that a stabilized spin shows, evenly picked by the apparent turn.
#pragma once

#include <vector>

#include "reconstruct/motion/sweep_motion.h"
#include "reconstruct/stabilized/stabilized_options.h"
#include "scene/sweep.h"

namespace rv::stabilized {

struct PickedFrames {
  std::vector<int> frames;  // indices into Sweep::frames, capture order, each once
  bool closed = false;
  bool arc_known = false;     // from the positions of the cameras
  bool angles_known = false;  // evenly spaced by the apparent turn; else by number
  double arc_rad = 0;         // full turn when closed
  double unevenness = 0;      // RMS of (step / even step - 1), by the apparent turn
  double loops = 0;           // apparent turn of the whole run, in full turns
};

// Leaves out blurred frames (under a third of the median sharpness) and frames that are not for the spin,
// unless fewer than two others are left.
PickedFrames PickFrames(const Sweep& sweep, const SweepMotion& motion, const StabilizedSpinOptions& options);

}  // namespace rv::stabilized
