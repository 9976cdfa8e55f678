// What the seller is told about a spin: how much of a turn it shows and where it is thin.
#pragma once

#include "reconstruct/spin/spin_plan.h"
#include "scene/rotating_view.h"

namespace rv::spin {

// Everything but min_captured_share, which needs the pictures.
CoverageReceipt MakeReceipt(const Sweep& sweep,
                            const Orbit& orbit,
                            const SpinPlan& plan,
                            const SpinOptions& options);

// "all of it was filmed" or what was not, one sentence.
std::string TierReason(const CoverageReceipt& receipt);

}  // namespace rv::spin
