// What the seller is told about a spin: how much of a turn it shows and where frames are missing.
#pragma once

#include "reconstruct/spin/spin_plan.h"
#include "scene/rotating_view.h"

namespace rv::spin {

// Fills everything but min_captured_share, which needs the pictures.
CoverageReceipt MakeReceipt(const Sweep& sweep,
                            const Orbit& orbit,
                            const SpinPlan& plan,
                            const SpinOptions& options);

// One sentence: how much of the turn is shown.
std::string TierReason(const CoverageReceipt& receipt);

}  // namespace rv::spin
