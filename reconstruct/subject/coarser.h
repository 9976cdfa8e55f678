// Pictures looked at for one pixel in so many.
#pragma once

#include <vector>

#include "reconstruct/subject/volume.h"

namespace rv::subject {

// The sight with a picture of one pixel for `step` by `step`.
Sight Coarser(Sight sight, int step);

// Values of such a picture, back to the size of `camera`.
std::vector<float> Enlarged(std::vector<float> values, const Camera& camera, int step);

}  // namespace rv::subject
