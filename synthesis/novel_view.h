// A picture from where nobody stood: each of the nearest frames is drawn by its depth, item over background; where two of
// them still disagree by a little, both are moved along the optical flow between them; then they are mixed by how near they
// are (Bertel, Campbell, Richardt, "MegaParallax", TVCG 2019; weights as in Buehler et al., "Unstructured Lumigraph
// Rendering", SIGGRAPH 2001).
#pragma once

#include <vector>

#include "scene/image.h"
#include "synthesis/captured_view.h"

namespace rv::synthesis {

// A frame and how much of the picture it gives.
struct Weighted {
  const CapturedView* view = nullptr;
  double weight = 0;  // all weights sum to 1
};

// 4 channels; alpha 0 where no frame shows anything. `camera`: a pinhole without distortion. From a frame's own camera with
// weight 1 it is that frame. `views`: at least one.
Image DrawNovelView(const std::vector<Weighted>& views, const Camera& camera, const Rigid3& cam_from_world);

}  // namespace rv::synthesis
