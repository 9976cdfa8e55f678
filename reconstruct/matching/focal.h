// Focal length from epipolar geometry alone: the value for which the essential matrices K^T F K of many pairs
// come closest to having two equal singular values (Mendonca and Cipolla, "A Simple Technique for
// Self-Calibration", CVPR 1999), with a weak prior from what phones and cameras have.
#pragma once

#include <vector>

#include "reconstruct/matching/two_view.h"
#include "scene/geometry.h"

namespace rv::matching {

struct FocalEstimate {
  double ratio = 1.1;       // focal / longer side of the picture
  bool from_pairs = false;  // false: only the prior spoke
};

// `cameras[camera_of[frame]]` gives each frame's picture size; principal points are taken at the center.
// `relative`: what the ratio is multiplied by, for each camera.
FocalEstimate EstimateFocal(const std::vector<TwoView>& pairs,
                            const std::vector<Camera>& cameras,
                            const std::vector<int>& camera_of,
                            const std::vector<double>& relative);

}  // namespace rv::matching
