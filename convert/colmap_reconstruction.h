// A COLMAP model of a Sweep's frames as a Reconstruction.
#pragma once

#include <cstddef>
#include <string>

#include "convert/colmap_model.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::convert {

// The name under which COLMAP sees frame `index`: its sequential matcher goes by the order of names as text.
std::string ColmapFrameName(std::size_t index);

// Poses, points with tracks and residuals of `model`, whose images have ColmapFrameName names, under the
// names of `sweep`'s frames. Images with other names are left out.
Reconstruction FromColmap(const ColmapModel& model, const Sweep& sweep);

}  // namespace rv::convert
