// The hull that the finished mattes leave of the item. Internal to reconstruct/.
#pragma once

#include "reconstruct/subject/consensus.h"
#include "scene/subject.h"

namespace rv::subject {

// Sets surface, cell, center and radius of `out`. What the mattes agree on; whole parts that only the search has, as a cap that many
// frames miss; and points of the reconstruction that most of their frames see on the item. `frames`: with finished mattes.
void MeasureTightHull(const ItemSearch& search,
                      const std::vector<LabeledFrame>& frames,
                      const Reconstruction& reconstruction,
                      const Eigen::Vector3d& up,
                      int threads,
                      Subject& out);

}  // namespace rv::subject
