// Photos taken with different lenses or zooms: from one photo to the next everything is larger by one factor, at once. A
// photographer who steps nearer takes several photos for it, as a rule; a second series from much nearer by is taken for
// another zoom, which costs little: its focal length is estimated on its own.
#pragma once

#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/two_view.h"

namespace rv::matching {

// Which frames share a zoom, and how strong each group's is.
struct ZoomGroups {
  std::vector<int> group_of;     // by frame
  std::vector<double> relative;  // by group: focal length against the first frame's group, in work px
};

// Frames in the order they were taken. Groups between which the magnification jumps, each of three frames at least; one
// group where it does not.
ZoomGroups FindZoomGroups(const std::vector<features::FeatureSet>& features,
                          const std::vector<TwoView>& pairs);

}  // namespace rv::matching
