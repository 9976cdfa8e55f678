// What every animation has in common: which views in which order, at which size.
#pragma once

#include <functional>
#include <vector>

#include "publish/export.h"
#include "publish/view_pictures.h"

namespace rv::publish {

struct AnimationPlan {
  std::vector<std::size_t> order;  // indices of views, one a picture
  ShownSize size;
};

// A closed ring once round; an open arc there and back without showing an end twice, so that the loop has no
// jump. Repeated options.turns times where `repeat` is set.
AnimationPlan PlanAnimation(const RotatingView& view,
                            const ExportOptions& options,
                            int default_max_side_px,
                            bool repeat);

// Calls `take` with the pixels of each picture of the plan, in order, reporting progress between them. `take`
// may keep the Image.
Status ForEachPicture(const RotatingView& view,
                      const AnimationPlan& plan,
                      const ExportOptions& options,
                      const Progress& progress,
                      const std::function<Status(const Image&)>& take);

}  // namespace rv::publish
