// The views of a spin as pictures for the Tagger: decoded alike wherever a spin is tagged.
#pragma once

#include <vector>

#include "base/result.h"
#include "scene/image.h"
#include "scene/rotating_view.h"

namespace rv {

// No side of a decoded view is longer, px: far above what the network takes, small enough to hold all views at
// once.
inline constexpr int kTaggedViewSide = 640;

// The views in order, decoded with `threads` threads (0 = all). A view that has a matte is cut to the item and has the
// matte as its alpha; the others are RGB. Fails as DecodeScaled, for the first view that cannot be decoded.
Result<std::vector<Image>> DecodeSpinViews(const RotatingView& view, int threads);

}  // namespace rv
