// Spins without camera poses, for captures that cannot be posed: glossy or plain items, wide turntable steps,
// rotations in place, walls.
//
// Tier 3: each view is one captured frame, moved by a similarity (shift, scale, small roll) that holds the
// subject still, picked evenly by the apparent turn rather than by time. Tier 4: evenly picked frames,
// cropped only. Azimuths are nominal in both: they come from the apparent turn of the picture, and the
// receipt says so.
#pragma once

#include "reconstruct/motion.h"
#include "scene/progress.h"
#include "scene/result.h"
#include "scene/rotating_view.h"
#include "scene/sweep.h"

namespace rv {

struct FlatSpinOptions {
  // Degrees between neighbouring views when `views` is 0, 1 to 60; the number is moved a little where the
  // frames then lie more evenly. At least 24 views, and never more than there are sharp frames, whatever this
  // says.
  double spacing_deg = 5;
  // Number of views, 0 = by spacing; 2 to 720. Never more than there are sharp frames.
  int views = 0;
  // Longest side of a view, px; 64 to 8192. Views are never larger than the source pictures show.
  int size_px = 1080;
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Keep the captured frames in the asset.
  bool keep_sources = true;
  // Even out exposure and white balance between frames.
  bool even_exposure = true;
  // Hold the subject still (tier 3); without, every spin is tier 4.
  bool stabilise = true;
  // JPEG quality of the views, 1 to 100.
  int jpeg_quality = 90;

  Status Validate() const;
};

// Builds a tier 3 or 4 asset; `tier_reason` and the receipt's findings say why it is no better. Views are
// stored counter-clockwise: a closed turn starts with the first captured frame at azimuth 0; an open arc
// starts at its counter-clockwise start, whose azimuth is negative where the capture went clockwise. A second
// turn, and the way back of an out-and-back capture, give no views.
//
// Fails with kInsufficientData for fewer than two frames and for frames that do not show one thing (two
// frames of one thing always give a spin), kCorrupt when a frame does not decode, kCancelled. Stages:
// "motion", "views".
Result<RotatingView> BuildFlatSpin(const Sweep& sweep,
                                   const FlatSpinOptions& options,
                                   const Progress& progress);

}  // namespace rv
