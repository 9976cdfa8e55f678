// The pixels of a spin's views: background and item drawn apart, one over the other, then encoded.
#pragma once

#include <vector>

#include "base/progress.h"
#include "reconstruct/depth/frame_depths.h"
#include "reconstruct/exposure/gain.h"
#include "reconstruct/spin/spin_plan.h"
#include "scene/rotating_view.h"

namespace rv::views {

inline constexpr double kDepthUnit = 8.0 / 65535;  // of View::depth: of the distance to the center

// Refers to the caller's data.
struct ViewInput {
  const Sweep& sweep;
  const Subject& subject;
  const spin::SpinPlan& plan;
  const std::vector<exposure::Gain>& gains;      // per source of the plan
  const std::vector<depth::FrameDepth>& depths;  // per source of the plan
  const SpinOptions& options;
};

// Makes out.views, whose places are set. `captured`: per view, the share of captured pixels. Fails with kCorrupt when a
// source does not decode.
Status MakeViews(const ViewInput& in,
                 const Progress& progress,
                 RotatingView& out,
                 std::vector<double>& captured);

}  // namespace rv::views
