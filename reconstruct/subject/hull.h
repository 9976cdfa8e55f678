// The item in space: the cells of a volume that nearly all frames show as the item (a visual hull, Laurentini, "The visual
// hull concept for silhouette-based image understanding", PAMI 1994).
#pragma once

#include <cstddef>
#include <vector>

#include "reconstruct/subject/place.h"
#include "reconstruct/subject/same_color.h"
#include "reconstruct/subject/volume.h"

namespace rv::subject {

// A coarse volume about the center, as wide as what `sights` show there.
Volume MakeVolume(const std::vector<Sight>& sights, const SearchPlace& place);

// Before anything is known: likely near the center, impossible far from it. 0 to 1 a cell.
std::vector<float> FirstGuess(const Volume& volume, const SearchPlace& place);

struct HullEvidence {
  const std::vector<SeenFrame>& frames;
  // Per frame, the pixel of each cell (PixelsOfCells), and the label of each pixel.
  const std::vector<std::vector<int>>& pixels;
  const std::vector<std::vector<float>>& labels;
  const std::vector<char>& occupied;  // per cell: a sparse point of the item lies in it
  const SameColor& same;              // a frame that shows a cell's one color does not speak against it
  double tolerated = 0.2;             // share of the frames that may show the cell as background
};

// Per cell, 0 to 1, what does not hang together with the middle left out.
std::vector<float> CarveHull(const Volume& volume,
                             const SearchPlace& place,
                             const HullEvidence& evidence,
                             int threads);

// Grown by `cells` along each axis, or shrunk.
std::vector<float> Grown(const Volume& volume, std::vector<float> hull, int cells);
std::vector<float> Shrunk(const Volume& volume, std::vector<float> hull, int cells);

// A finer volume about the hull, with room on all sides, and the hull in it. Returns the cell of the old volume that each
// new one lies in, -1 for none; nothing where there is no hull and the volume stays as it is.
std::vector<std::ptrdiff_t> Refine(Volume& volume, std::vector<float>& hull);

}  // namespace rv::subject
