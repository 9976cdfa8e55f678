// Which sparse points lie on the item.
#pragma once

#include <vector>

#include "scene/reconstruction.h"
#include "scene/subject.h"

namespace rv::spin {

// Per point of the reconstruction, whether it lies on the item in most of the frames that see it and have a matte. Empty
// where the item is not known.
std::vector<bool> PointsOnItem(const Reconstruction& reconstruction, const Subject& subject);

}  // namespace rv::spin
