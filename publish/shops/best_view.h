// The view that stands for the whole spin: a poster, a shop's first picture.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "scene/rotating_view.h"

namespace rv::shops {

struct BestView {
  std::size_t view = 0;
  std::string why;  // one sentence
};

// What one view is judged by.
struct ViewMarks {
  double symmetry = 0;   // correlation of the item with its mirror image, -1 to 1
  double sharpness = 0;  // mean change of brightness from pixel to pixel on the item, 0 to 255
  double agreement = 0;  // mean probability that the view's tags are the item's; 0 without tags
};

// Front and back of a thing with two like halves look like their own mirror image, its sides do not. Where some views are
// clearly more so than most, the best of them is the front: the one that says best what the item is, without tags the
// one with most detail. Where none stands out (a vase, a heap), the sharpest view.
BestView ChooseBestView(const std::vector<ViewMarks>& marks);

// Decodes all views at a small size. Fails with kCorrupt when one does not decode.
Result<std::vector<ViewMarks>> MarkViews(const RotatingView& view, int threads);

}  // namespace rv::shops
