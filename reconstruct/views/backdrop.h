// A plain continuation of the background's colors where no captured frame shows it.
#pragma once

#include "scene/image.h"

namespace rv::views {

// Fills the pixels of `image` whose `provenance` is 0 from the captured ones off `item` (1 channel, any size of the same
// shape, 255 = the item), by pull and push (Gortler, Grzeszczuk, Szeliski, Cohen, "The Lumigraph",
// SIGGRAPH 1996). Returns the share of the picture that was filled; provenance stays 0 there.
double FillBackdrop(const Image& provenance, const Image& item, Image& image);

}  // namespace rv::views
