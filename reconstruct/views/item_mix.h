// A second frame's say in how the item looks: two frames on either side of a view are moved along the optical flow between
// them to where they meet, and mixed by how near they are (Bertel, Campbell, Richardt, "MegaParallax", TVCG 2019), so that
// neither its pose nor its light is left alone when the next view is drawn from another one.
#pragma once

#include <cstdint>

#include "reconstruct/spin/warp_render.h"

namespace rv::views {

// `other`: the view again, with the item as the second frame shows it. `shown`: 1 channel, 255 where it does. `weight`: of the second
// frame, up to 0.5. Where the two look different (a highlight has moved on, something is hidden) the first stays alone.
// Moves the view's picture and matte. Returns the second frame's weight for each pixel, 1 channel, 255 = 1.
Image MixItem(const Image& other, const Image& shown, double weight, spin::ViewPixels& view);

// The weights as View::blend stores them; empty where all are 0.
Image BlendPicture(const Image& weights, std::uint8_t label);

}  // namespace rv::views
