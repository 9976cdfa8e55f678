// Holes in a view's background, filled from another frame where that frame fits what is about them.
#pragma once

#include "reconstruct/spin/warp_render.h"

namespace rv::views {

// Where nothing shows the background yet and the item will not be drawn: provenance 0 and `covered` 0 (1 channel, of the
// view's size). 255 = there.
Image HolesOf(const spin::ViewPixels& view, const Image& covered);

// About holes, where another frame is worth drawing.
Image AboutHoles(const Image& holes);

// Takes the pixels of `other` (drawn AboutHoles) into the holes, less its tint there, as far as both look alike about them:
// else the other shows something else, or its depth is wrong. Pixels taken get `other`'s provenance.
void FillHoles(const spin::ViewPixels& other, const Image& holes, spin::ViewPixels& view);

}  // namespace rv::views
