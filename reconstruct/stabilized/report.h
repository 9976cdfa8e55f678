// What the seller is told about a stabilized spin.
#pragma once

#include <string>

#include "reconstruct/stabilized/picks.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv::stabilized {

// Tier 3 where the subject can be held still, else tier 4.
Tier ChooseStabilizedTier(const SweepMotion& motion, bool stabilize);

// One sentence: why the spin is of this tier and no better.
std::string StabilizedTierReason(Tier tier, const SweepMotion& motion, bool arc_known);

CoverageReceipt MakeStabilizedReceipt(const SweepMotion& motion, const PickedFrames& picks);

// Draws the nominal azimuths together where they span more than the cameras are known to have gone round.
void ClaimAtMost(double arc_deg, PickedFrames& picks);

// Nominal azimuth of the k-th of `count` views in stored order, degrees.
double NominalAzimuthDeg(const PickedFrames& picks, bool clockwise, int k, int count);

}  // namespace rv::stabilized
