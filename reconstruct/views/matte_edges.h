// Edges of a matte at the size of the picture it belongs to.
#pragma once

#include "scene/image.h"

namespace rv::views {

// `matte` (1 channel, of the picture's size, 255 = the item) was found at about 1 / `coarseness` of the picture's size.
// Within about that many pixels of its outline each pixel's share of item is told anew by where its color lies between
// the colors of the item and those of the background near it (as sampling-based matting does: Wang, Cohen, "Optimized
// color sampling for robust matting", CVPR 2007), as far as the two differ and it does lie between them; elsewhere the matte
// stays as it is.
void SharpenMatte(const Image& picture, double coarseness, Image& matte);

}  // namespace rv::views
