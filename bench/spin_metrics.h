// How even and how steady a spin is, from camera poses that somebody else computed on its frames.
#pragma once

#include <vector>

#include "base/result.h"
#include "bench/pose_metrics.h"

namespace rv {

struct SpinScores {
  int frames = 0;
  // Angle from frame to frame about the fitted axis, against the mean step (for a closed spin, 360 / frames).
  double step_deg = 0;
  double step_max_pct = 0;
  double step_rms_pct = 0;
  // The subject's center (the point that the optical axes meet) projected into each frame.
  double drift_rms_pct = 0;  // RMS distance to its mean place, % of the width
  double size_max_pct = 0;   // largest deviation of focal / depth of the center from its mean
  double size_rms_pct = 0;
  double unprovenanced_px = 0;  // pixels of all views that no captured pixel covers; filled by MeasureSpin
};

// `poses` in the order of the spin, one for each frame. The axis is the direction that all cameras' x axes
// are most nearly normal to (the virtual cameras do not roll), through the subject's center. Fails with
// kInsufficientData for fewer than 3 frames.
Result<SpinScores> ScoreSpin(const std::vector<ScoredPose>& poses, bool closed);

}  // namespace rv
