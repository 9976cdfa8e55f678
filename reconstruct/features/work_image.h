// The gray pictures that features and track refinement work on. Coordinates in reconstruct/'s sources are
// "work px" of these, with the first pixel's center at (0.5, 0.5).
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "scene/image.h"
#include "scene/sweep.h"

namespace rv::features {

// A gray picture with its half-size pyramid, level 0 first; each level is the 2x2 mean of the one before.
struct GrayPyramid {
  std::vector<Image> levels;
};

struct WorkSize {
  int width = 0;
  int height = 0;
};

// The size of a frame's work picture: as captured, or shrunk so that no side exceeds `work_side_px`.
WorkSize WorkSizeOf(const EncodedImage& image, int work_side_px);

// Decodes one frame to gray at its work size.
Result<Image> DecodeWorkImage(const EncodedImage& image, int work_side_px);

GrayPyramid BuildPyramid(Image gray, int levels);

}  // namespace rv::features
