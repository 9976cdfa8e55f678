// Which pixels of a frame are drawn with the item, and which never with the background.
#pragma once

#include "reconstruct/depth/frame_depths.h"
#include "scene/image.h"

namespace rv::views {

// The matte with a soft margin about the item.
Image Widened(const Image& matte);

// Where a frame's background must not be taken from: the item, and about it what holds colors of both. Where item and
// background touch, they move together, and nothing about it is lost.
// `share`: the rim's width, of the frame's longer side.
Image BarredFor(const Image& matte, const depth::FrameDepth& depth, const Camera& lens, double share);

}  // namespace rv::views
