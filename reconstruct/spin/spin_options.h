// Options of the spin.
#pragma once

#include <optional>
#include <string>

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
  // Share of the view's width or height, whichever is tighter, that the item fills over all views; 0.3 to 1. Less where
  // captured pixels would be enlarged too much.
  double fill = 0.84;
  // Shape of the views: "auto" (that of the item, within 2:3 and 3:2) or "W:H", within 1:3 and 3:1.
  std::string aspect = "auto";
  // Where no captured frame shows the background in a corner, continue its color there; else views are smaller.
  bool backdrop = true;
  // Behind the item: "keep", "white", "transparent" (views are WebP) or "#rrggbb"; where the item is known.
  std::string background = "keep";
  // Make Depth of each view (a quarter of the view's size, smooth, from the sparse points).
  bool depth = true;

  Status Validate() const;
};

// Width over height of "W:H"; none for "auto" and for what is neither.
std::optional<double> AspectOf(const std::string& text);

}  // namespace rv
