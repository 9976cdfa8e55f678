// What a circular model is fitted to: matches between frames that lie close together in the capture, and what
// the pictures say about the pace of the turn.
#pragma once

#include <vector>

#include "reconstruct/two_view.h"

namespace rv::internal {

// How far apart two of `frames` frames may lie to be matched without doubt: a sixth of the capture, so that
// two sides of a symmetric item that is seen all round are never taken for one.
int NeighbourReach(int frames);

// The pairs of at most that offset.
std::vector<TwoView> NeighbourPairs(const std::vector<TwoView>& pairs, int reach);

// The visible apparent motion of the item from each frame to the next.
struct TurnPace {
  // Relative angle of each step (frames - 1 of them), median 1; negative where the turn reverses.
  std::vector<double> steps;
  double roll = 0;         // radians: the axis, across the motion, against the picture's upright
  double median_px = 0;    // motion of a median step
};

// From the median displacement of matches along the direction in which things move most. Steps without a match
// are taken as median ones.
TurnPace MeasurePace(const std::vector<FeatureSet>& features, const std::vector<TwoView>& pairs, int frames);

}  // namespace rv::internal
