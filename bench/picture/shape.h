// Where the item is in a view against where it is in the truth.
#pragma once

#include <optional>

#include "bench/picture/figures.h"
#include "scene/image.h"

namespace rv::picture {

struct Box {
  int left = 0, top = 0, right = -1, bottom = -1;  // inclusive; empty where right < left
  int LongerSide() const;
};
Box BoxOf(const Image& matte);
Box Union(const Box& a, const Box& b);
// Whether the item comes to within a pixel of the picture's edge.
bool TouchesEdge(const Image& matte);

// How far textured pixels of the item have moved, % of the item's size: dense flow (DISOpticalFlow, MEDIUM, luma) from
// the truth to the view over pixels of the true matte where cornerMinEigenVal (blur of sigma 1, block 9) exceeds 2e-5.
std::optional<Quantiles> Displacement(const Image& view, const Image& truth, const Image& matte);

// How far the item's outline has moved across itself, % of the item's size: colors along a normal of the true outline
// are found again along the same normal of the view. Points that show no edge are left out.
std::optional<Quantiles> OutlineShift(const Image& view, const Image& truth, const Image& matte);

// Of two mattes of one size, parted at 128: intersection over union, and the F of outlines that lie within
// `tolerance_px` of each other (Martin, Fowlkes, Malik, "Learning to detect natural image boundaries", PAMI 2004).
double MatteIou(const Image& matte, const Image& truth);
double BoundaryF(const Image& matte, const Image& truth, double tolerance_px);

}  // namespace rv::picture
