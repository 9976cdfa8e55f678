#include "reconstruct/spin/item_points.h"

#include <algorithm>

#include "reconstruct/spin/item_frame.h"

namespace rv::spin {

std::vector<bool> PointsOnItem(const Reconstruction& reconstruction, const Subject& subject) {
  if (!subject.known) return {};
  std::vector<std::optional<Image>> mattes;
  for (std::uint32_t frame = 0; frame < reconstruction.frames.size(); ++frame)
    mattes.push_back(MatteOf(subject, frame));
  std::vector<bool> out;
  for (const Point& point : reconstruction.points) {
    int seen = 0, on = 0;
    for (const Observation& observation : point.track) {
      const std::optional<Image>& matte = mattes[observation.frame.value];
      if (!matte) continue;
      const PosedFrame& frame = reconstruction.frames[observation.frame.value];
      const int x = static_cast<int>(observation.pixel.x() * matte->width / frame.width);
      const int y = static_cast<int>(observation.pixel.y() * matte->height / frame.height);
      ++seen;
      on += *matte->at(std::clamp(x, 0, matte->width - 1), std::clamp(y, 0, matte->height - 1)) >= 128;
    }
    out.push_back(2 * on > seen);
  }
  return out;
}

}  // namespace rv::spin
