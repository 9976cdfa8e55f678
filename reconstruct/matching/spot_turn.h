// Whether the camera turned on the spot: then everything it sees moves as the picture of a rotation does, near or far,
// and no side of any item is shown but one.
#pragma once

#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/two_view.h"
#include "scene/geometry.h"

namespace rv::matching {

struct SpotTurn {
  int pairs = 0;         // that move clearly and were asked
  double explained = 0;  // share of them that a rotation explains
};

// By the focal length, among likely ones, that explains most. Depth that is left over counts against it where it is
// more than a tenth of the motion: a hand's reach in a room leaves less, a walk round an item several times as much.
SpotTurn ExplainByRotation(const std::vector<features::FeatureSet>& features,
                           const std::vector<TwoView>& pairs,
                           const std::vector<Camera>& cameras,
                           const std::vector<int>& camera_of);

// Nearly all of enough pairs.
bool TurnsOnTheSpot(const SpotTurn& turn);

}  // namespace rv::matching
