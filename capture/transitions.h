// Where an edited clip passes from one picture to another: hard cuts, and cross-fades as slide shows have them.
// A pure function of the frames in small.
//
// A cut is a change between two frames that is large against every change around it and that stays: flashes and
// jolts do not. In a cross-fade each frame is a weighted mean of the pictures before and after it (Zhang,
// Kankanhalli, Smoliar, "Automatic partitioning of full-motion video", Multimedia Systems 1993), which moving
// pictures that differ as much are not.
#pragma once

#include <span>
#include <vector>

#include "capture/select.h"

namespace rv::capture {

struct Transition {
  int begin = 0;  // index of the first frame that mixes both pictures; == end for a hard cut
  int end = 0;    // index of the first frame after it
};

// In order, none overlapping; indices into `frames`.
std::vector<Transition> FindTransitions(std::span<const FrameMeasure> frames);

}  // namespace rv::capture
