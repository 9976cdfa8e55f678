// What a single-axis model is fitted to: matches between frames that lie close together in the capture, and what
// the pictures say about the pace of the turn.
#pragma once

#include <vector>

#include "reconstruct/matching/tracks.h"
#include "reconstruct/sparse/sparse_map.h"

namespace rv::single_axis {

// How far apart two of `frames` frames may lie to be matched without doubt: a sixth of the capture, so that
// two sides of a symmetric item that is seen all round are never taken for one.
int NeighborReach(int frames);

// The pairs of at most that offset.
std::vector<matching::TwoView> NeighborPairs(const std::vector<matching::TwoView>& pairs, int reach);

// The pairs of a larger one, without matches that move less than `still_px` and without pairs of which hardly
// anything is left then.
std::vector<matching::TwoView> FarPairs(const std::vector<features::FeatureSet>& features,
                                        const std::vector<matching::TwoView>& pairs,
                                        int reach,
                                        double still_px);

// Without the tracks that hardly leave their place (in most of their frames within `still_px` of it), or that
// move far slower than most: what is left of a still background, and outlines, which slide over the item as
// it turns.
std::vector<matching::FeatureTrack> MovingTracks(const std::vector<features::FeatureSet>& features,
                                                 std::vector<matching::FeatureTrack> tracks,
                                                 double still_px);

// The indices of the tracks, of which `length[t]` is the number of frames, that see three frames or more, in
// an order that is even over the capture and knows nothing of how good they are (long tracks are mostly
// outlines).
std::vector<int> EvenOrder(const std::vector<int>& length);

// The visible apparent motion of the item from each frame to the next.
struct TurnPace {
  // Relative angle of each step (frames - 1 of them), median 1; negative where the turn reverses.
  std::vector<double> steps;
  double roll = 0;       // radians: the axis, across the motion, against the picture's upright
  double median_px = 0;  // motion of a median step
};

// From the median displacement of what is followed, along the direction in which things move most. Steps in
// which nothing is followed are taken as median ones.
TurnPace MeasurePace(const sparse::SparseMap& map);

}  // namespace rv::single_axis
