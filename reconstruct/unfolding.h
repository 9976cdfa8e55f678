// Maps that folded: two sides of an item look alike, are taken for one, and the frames of both land on the same part of
// the ring. Frames that follow each other tell: they hardly move, while the map has them leap.
#pragma once

#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "reconstruct/matched_sweep.h"
#include "reconstruct/reconstruct.h"

namespace rv {

// Neighbors in the capture that match well and see nearly the same, but stand far apart in the map: the index of the
// second of each such two. Empty for photos in no order, whose neighbors do not match.
std::vector<int> FindLeaps(const MatchedSweep& matched, const Reconstruction& reconstruction);

// As MapSweep; a map that leaps is made again from neighbors in the capture alone, then with those of the other matches
// that agree with where these place the frames (what loop closures are checked for in SLAM). `folded` stays true where
// that does not settle it.
Result<ReconstructResult> MapUnfolded(const Sweep& sweep,
                                      const MatchedSweep& matched,
                                      const ReconstructOptions& options,
                                      const Progress& progress);

}  // namespace rv
