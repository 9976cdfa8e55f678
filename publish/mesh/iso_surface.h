// The surface where a volume is zero, and a lighter one like it.
#pragma once

#include "publish/mesh/fused_volume.h"
#include "publish/mesh/surface.h"

namespace rv::mesh {

// Closed where the volume's faces are positive. Each cell is six tetrahedra (Doi, Koide, "An Efficient Method of
// Triangulating Equi-Valued Surfaces by Using Tetrahedral Cells", IEICE 1991), so that no case is ambiguous.
Surface ZeroSurface(const Volume& volume);

// Without the pieces that have less than `least_share` of the triangles of the largest.
Surface WithoutCrumbs(const Surface& surface, double least_share);

// About `triangles` of them or more, moved by at most `error` of the surface's extent.
Surface Simplified(const Surface& surface, std::size_t triangles, float error);

}  // namespace rv::mesh
