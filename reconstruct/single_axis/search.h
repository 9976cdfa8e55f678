// The first guess of a single-axis model: an exhaustive search over tilt, focal length, side offset, mean step
// and direction. A candidate is scored by how well the tracks of several frames meet in one point each, in
// front of the camera and on its side of the axis (a truncated least squares score).
#pragma once

#include <vector>

#include "reconstruct/single_axis/model.h"
#include "reconstruct/single_axis/tracks.h"

namespace rv::single_axis {

struct SearchGuess {
  SingleAxisModel model;
  double focal_px = 0;
  double score = 0;  // mean over tracks, 0 = all meet exactly, 1 = none
};

struct SearchOptions {
  bool focal_known = false;   // then only the cameras' own focal is tried
  double max_error_px = 12;   // where a track's miss is truncated
  int tracks_per_frame = 20;  // that take part
  int guesses = 6;            // how many are returned
  int threads = 0;
};

// The best clearly different guesses, best first; empty when no track spans three frames. `map` has one
// camera.
std::vector<SearchGuess> SearchSingleAxis(const sparse::SparseMap& map,
                                          const TurnPace& pace,
                                          const SearchOptions& options);

}  // namespace rv::single_axis
