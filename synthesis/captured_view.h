// A captured frame as new pictures are drawn from it.
#pragma once

#include <optional>

#include "base/result.h"
#include "scene/depth_grid.h"
#include "scene/image.h"
#include "scene/rotating_view.h"

namespace rv::synthesis {

struct CapturedView {
  Image picture;  // 3 channels
  Camera lens;    // of `picture`
  Rigid3 cam_from_world;
  DepthGrid item;    // of the item and a margin about it; empty where no matte tells it from the rest
  DepthGrid behind;  // of all else, going on under the item
  // 1 channel, of the frame's shape at any size, 255 = drawn by the item's depth: the item and a thin rim whose pixels hold
  // colors of both. Empty with `item`.
  Image paint;
};

// Source `index` of an asset, in its reconstruction's world. Fails with kInsufficientData where the asset lacks the frame's
// pose, picture or depth, kCorrupt when one of them does not decode.
Result<CapturedView> LoadCapturedView(const RotatingView& asset, std::size_t index);

// Whether LoadCapturedView can find all it needs.
bool CanBeDrawnFrom(const RotatingView& asset, std::size_t index);

}  // namespace rv::synthesis
