// What the seller is told about a flat spin.
#pragma once

#include <string>

#include "reconstruct/stabilized/picks.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::stabilized {

// Whether the subject can be held still well enough to call the spin tier 3.
Tier ChooseStabilizedTier(const SweepMotion& motion, bool stabilize);

// One sentence: why the spin is of this tier and no better.
std::string FlatTierReason(Tier tier, const SweepMotion& motion);

CoverageReceipt FlatReceipt(const SweepMotion& motion, const PickedFrames& picks);

// Azimuth of the k-th of `count` views in stored order, degrees.
double FlatAzimuthDeg(const PickedFrames& picks, bool clockwise, int k, int count);

}  // namespace rv::stabilized
