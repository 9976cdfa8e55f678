// What stands round the item tells sides apart that look alike: two pictures from one place show the same surroundings,
// two from opposite places do not, whatever the item looks like and in whatever order they were taken.
#pragma once

#include <vector>

#include "reconstruct/matched_sweep.h"
#include "scene/reconstruction.h"

namespace rv {

struct SurroundingsVerdict {
  // Ascending: beside each the map has another stand that matches on the item and shows other surroundings.
  std::vector<int> pictures;
  bool folded = false;  // they are too many for chance or blur
};

// Nothing is said of a turntable, whose surroundings do not turn along.
SurroundingsVerdict JudgeBySurroundings(const MatchedSweep& matched, const Reconstruction& reconstruction);

// The pairs that share this much of the surroundings that they share with any other picture, 0 to 1, and those that show
// too little of them to tell. Of two sides that look alike, what links them goes.
std::vector<matching::TwoView> PairsWithSurroundings(const MatchedSweep& matched,
                                                     const Reconstruction& reconstruction,
                                                     double least_shared);

// Those of `pairs` that do not hold such a picture where the map has it.
std::vector<matching::TwoView> PairsFromElsewhere(const std::vector<matching::TwoView>& pairs,
                                                  const Reconstruction& reconstruction,
                                                  const std::vector<int>& pictures);

}  // namespace rv
