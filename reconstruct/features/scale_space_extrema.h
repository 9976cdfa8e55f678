// Where a scale space's difference of Gaussians is largest or smallest among its neighbors in x, y and
// scale: the keypoints of SIFT, with Lowe's tests for contrast and edges (IJCV 2004, sections 3 and 4).
#pragma once

#include <vector>

#include "reconstruct/features/scale_space.h"

namespace rv::features {

struct ScaleSpaceExtremum {
  int octave = 0;
  int level = 0;  // the nearest of the octave's levels
  double x = 0;   // in pixels of the octave, 0 = the first pixel's center
  double y = 0;
  double sigma = 0;     // in pixels of the octave
  double response = 0;  // absolute difference of Gaussians at the extremum, gray levels
};

// `contrast`: least response, gray levels. In the order octave, y, level, x.
std::vector<ScaleSpaceExtremum> FindExtrema(const ScaleSpace& space, double contrast);

}  // namespace rv::features
