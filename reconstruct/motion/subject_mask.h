// A soft matte of the subject for each frame, from motion and background alone.
#pragma once

#include <vector>

#include "base/progress.h"
#include "reconstruct/motion/sweep_motion.h"
#include "scene/image.h"
#include "scene/sweep.h"

namespace rv {

struct SubjectMaskOptions {
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Longest side of the mattes, px; 0 = the size of the frames. The outline is known to about 1/320 of the
  // side.
  int side_px = 0;
  // Grow the mattes by this share of their longest side, so that they keep features on the outline; 0 to 0.1.
  double grow = 0.01;

  Status Validate() const;
};

// One PNG of 1 channel per frame, 255 = subject. With motion.static_background: what differs from the
// background plate. With a plain background: what differs from the border's color. Otherwise what moves
// unlike the border, near the center. Mattes of the frames take precedence. motion.subject_trust says how
// reliable the masks are. `motion`: of the same sweep. Errors as AnalyzeMotion.
Result<std::vector<EncodedImage>> SubjectMasks(const Sweep& sweep,
                                               const SweepMotion& motion,
                                               const SubjectMaskOptions& options,
                                               const Progress& progress);

}  // namespace rv
