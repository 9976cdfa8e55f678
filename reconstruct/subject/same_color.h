// Cells that show one color from wherever they are seen, and a color that is rare behind them: a part of the item, even
// where it has no texture and nobody has seen that color on the item before (photo-consistency; Seitz, Dyer,
// "Photorealistic scene reconstruction by voxel coloring", CVPR 1997). Internal to reconstruct/: shows cv::Mat, include
// it from .cc files only.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "reconstruct/subject/place.h"
#include "reconstruct/subject/seen_frame.h"

namespace rv::subject {

struct SameColorInput {
  const Volume& volume;
  const SearchPlace& place;
  std::optional<orbit::SupportPlane> floor;  // nothing is looked for next to it, where shadows lie
  const std::vector<SeenFrame>& frames;
  const std::vector<std::vector<int>>& pixels;  // per frame and cell (PixelsOfCells)
  const std::vector<std::vector<float>>&
      unlike;                        // per frame and pixel: how far its color is none of the background there
  const std::vector<float>& within;  // per cell: asked for where above 1/2
};

struct SameColor {
  std::vector<float> sure;                // per cell, 0 to 1
  std::vector<std::array<float, 3>> lab;  // per cell, where sure is above 0
  // How far `color` is the cell's, 0 to 1.
  float Match(std::size_t cell, const LabColor& color) const;
  // After the volume changed: `old`, of each new cell, or none.
  void Resample(const std::vector<std::ptrdiff_t>& old);
};

// A cell is looked at from neighboring frames, a third of all: the item hides it from the others.
SameColor FindSameColor(const SameColorInput& input, int threads);

}  // namespace rv::subject
