// Options of the spin.
#pragma once

#include "base/result.h"

namespace rv {

struct SpinOptions {
  // Degrees between neighboring views when `views` is 0; 1 to 60. At least 24 views and at most two for each
  // sharp source frame are made, whatever this says.
  double spacing_deg = 5;
  // Number of views, 0 = by spacing; 2 to 720. At most two for each sharp source frame are made.
  int views = 0;
  // Longest side of a view, px; 64 to 8192. Views are never larger than the source pictures show.
  int size_px = 1080;
  // Worker threads, 0 = all. Never changes the result.
  int threads = 0;
  // Keep the captured frames in the asset, so that models can be exported from it.
  bool keep_sources = true;
  // Even out exposure and white balance between source frames.
  bool even_exposure = true;
  // JPEG quality of the views, 1 to 100.
  int jpeg_quality = 90;
  // How far the virtual camera may leave the nearest captured elevation for smoothness' sake, degrees; 0
  // to 30.
  double max_tilt_deg = 6;
  // Make Depth of each view (a quarter of the view's size, smooth, from the sparse points).
  bool depth = true;

  Status Validate() const;
};

}  // namespace rv
