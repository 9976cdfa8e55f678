// Transparent pictures, the same for stills and clips: over white, as every product page shows them, with the
// alpha kept as a matte.
#pragma once

#include "scene/image.h"

namespace rv::pixels {

// Splits RGBA into RGB as stored and its alpha, which is empty when `pixels` has 3 channels or is opaque all over.
Image TakeAlpha(Image& pixels);
// `alpha` is of the size of `rgb`, or empty.
void CompositeOnWhite(Image& rgb, const Image& alpha);

}  // namespace rv::pixels
