// One crop for all views, so that no border shows and the picture size is constant.
#pragma once

#include <vector>

#include "reconstruct/spin/subject_box.h"
#include "reconstruct/spin/warp_grid.h"

namespace rv::spin {

// A rectangle of whole grid cells: vertices [col0, col1] x [row0, row1].
struct CellRect {
  int col0 = 0;
  int row0 = 0;
  int col1 = 0;
  int row1 = 0;

  int Width() const { return col1 - col0; }
  int Height() const { return row1 - row0; }
};

// The best rectangle of cells whose four vertices are all `covered` (one entry a vertex): large when trimmed
// to have the principal point in its middle, holding the item's `box` there, of an aspect between 1:2 and
// 2:1. Empty (width 0) when no covered rectangle holds the principal point.
CellRect BestCrop(const WarpGrid& grid, const std::vector<bool>& covered, const SubjectBox& box);

// The score that BestCrop maximizes, 0 for an empty rectangle: comparable between coverages of one grid.
double CropScore(const WarpGrid& grid, const CellRect& rect, const SubjectBox& box);

// Whether the item is in the picture at every stop.
bool HoldsItem(const WarpGrid& grid, const CellRect& rect, const SubjectBox& box);

}  // namespace rv::spin
