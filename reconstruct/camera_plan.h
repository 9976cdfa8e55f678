// Which frames share a camera, and what is known of each before mapping.
#pragma once

#include <vector>

#include "reconstruct/features/features.h"
#include "reconstruct/matching/two_view.h"
#include "scene/geometry.h"
#include "scene/image.h"
#include "scene/sweep.h"

namespace rv {

// Frames share a camera when they have one size and one focal length in their metadata; photos without such metadata,
// when they also share a zoom.
struct CameraPlan {
  std::vector<Camera> cameras;  // at work size, principal point at the center
  std::vector<int> camera_of;   // by frame
  bool focal_known = false;     // of all cameras, from metadata or given
  bool camera_known = false;    // given as a whole
};

// `gray`, `features`: the work pictures and what was found in them. Focal lengths that are not known are estimated from
// `pairs`.
CameraPlan PlanCameras(const Sweep& sweep,
                       const std::vector<Image>& gray,
                       const std::vector<features::FeatureSet>& features,
                       const std::vector<matching::TwoView>& pairs);

}  // namespace rv
