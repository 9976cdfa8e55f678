// Why frames have no camera position, as far as the map and the capture tell, and what the seller should know of
// it. A remedy follows from a cause that was found, or is left out.
#pragma once

#include <string>
#include <vector>

#include "reconstruct/sparse/sparse_map.h"
#include "scene/reconstruction.h"
#include "scene/sweep.h"

namespace rv::sparse {

enum class UnposedCause {
  kElsewhere,    // matches frames that are not posed either, and none that is
  kUnmatched,    // matches no other frame at all
  kBlurred,      // much softer than the frames around it
  kDark,         // hardly any light
  kFewShared,    // too few points shared with the posed frames
  kDisagreeing,  // enough points shared, but no camera position explains them
};

// By frame; of posed frames without meaning.
std::vector<UnposedCause> FindUnposedCauses(const Sweep& sweep, const SparseMap& map);

// For the receipt of one frame: "only 7 points shared with the posed frames".
std::string UnposedReason(const Sweep& sweep, const SparseMap& map, int frame, UnposedCause cause);

// Sentences for the seller, with a remedy where there is one: one for each run of a clip's frames with one cause,
// one for all photos with one cause.
std::vector<std::string> DescribeUnposed(const Sweep& sweep, const SparseMap& map);

}  // namespace rv::sparse
