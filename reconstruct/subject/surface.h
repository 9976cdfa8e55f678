// The hull as other stages see it. Internal to reconstruct/.
#pragma once

#include "reconstruct/subject/volume.h"
#include "scene/subject.h"

namespace rv::subject {

// Sets surface, cell, center and radius of `out`. `hull`: per cell, 0 to 1. Returns the number of surface cells; center and radius stay as they
// are where there are none.
std::size_t MeasureHull(const Volume& volume,
                        const std::vector<float>& hull,
                        const Eigen::Vector3d& up,
                        Subject& out);

}  // namespace rv::subject
