// What other frames show where a pixel looks, behind the item: if it is the background that this pixel shows, frames from
// other sides see it too, past the item. Where none shows its color, it is the item's. A clean plate, but for a camera
// that moves. Internal to reconstruct/: shows cv::Mat, include it from .cc files only.
#pragma once

#include <optional>
#include <vector>

#include "reconstruct/subject/floor.h"
#include "reconstruct/subject/place.h"
#include "reconstruct/subject/seen_frame.h"

namespace rv::subject {

// A frame that may see past the item.
struct OtherFrame {
  const SeenFrame& frame;
  const std::vector<float>& covered;  // per pixel, above 1/2 where the item may be
};

struct BehindInput {
  const SearchPlace& place;
  std::optional<Floor> floor;
  const std::vector<OtherFrame>& others;
  const std::vector<Eigen::Vector3d>& points;  // of the reconstruction, in world
  const std::vector<float>& judged;            // per point: below 0 off the item
  bool still_background = false;  // the item turned: what is not on its disk stands still in the picture
};

// Per pixel where `asked` is above 1/2: 1 where no frame that looks past the item shows such a color at a place where the
// background may be, -1 where they do, 0 where that is not known. Looked up for one pixel in `step` by `step`.
std::vector<float> SeenBehind(const SeenFrame& frame,
                              const std::vector<float>& asked,
                              int step,
                              const BehindInput& input);

}  // namespace rv::subject
