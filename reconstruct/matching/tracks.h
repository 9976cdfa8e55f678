// Feature tracks: matches of all verified pairs joined into sets that see one point, at most one feature per
// frame.
#pragma once

#include <vector>

#include "reconstruct/matching/two_view.h"

namespace rv::matching {

struct TrackElement {
  int frame = 0;
  int feature = 0;
};

// Elements sorted by frame; at least two.
using FeatureTrack = std::vector<TrackElement>;

// Pairs are joined strongest first, so that a wrong match cannot pull two good tracks together; a join that
// would put two features of one frame into one track is left out. Sorted by (first frame, feature).
std::vector<FeatureTrack> BuildTracks(const std::vector<features::FeatureSet>& features,
                                      const std::vector<TwoView>& pairs);

}  // namespace rv::matching
