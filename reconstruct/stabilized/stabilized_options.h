// Options of a spin without camera poses.
#pragma once

#include <optional>

#include "base/result.h"

namespace rv {

struct StabilizedSpinOptions {
  // Degrees between neighboring views when `views` is 0, 1 to 60; the number is moved a little where the
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
  bool stabilize = true;
  // How far the cameras went round the item, where that is known: no wider arc is claimed. Degrees.
  std::optional<double> known_arc_deg;
  // JPEG quality of the views, 1 to 100.
  int jpeg_quality = 90;

  Status Validate() const;
};

}  // namespace rv
