// Depths at which the background of a frame may be, by place in the picture. Internal to reconstruct/: shows cv::Mat,
// include it from .cc files only.
#pragma once

#include <vector>

#include "reconstruct/subject/place.h"
#include "reconstruct/subject/seen_frame.h"

namespace rv::subject {

class BackgroundDepths {
 public:
  // `points` of the reconstruction, in world; `judged`, per point: below 0 off the item.
  BackgroundDepths(const SeenFrame& frame,
                   const SearchPlace& place,
                   const std::vector<Eigen::Vector3d>& points,
                   const std::vector<float>& judged);

  // Of a pixel, world units along the optical axis, all behind the item.
  const std::vector<double>& At(int x, int y) const {
    return tiles_[static_cast<std::size_t>(y / tile_ * cols_ + x / tile_)];
  }

 private:
  struct Seen {
    int x = 0, y = 0;  // px
    double z = 0;
  };
  // The points that are seen behind the item.
  static std::vector<Seen> BehindItem(const SeenFrame& frame,
                                      double behind,
                                      const std::vector<Eigen::Vector3d>& points,
                                      const std::vector<float>& judged);

  int tile_ = 1, cols_ = 0, rows_ = 0;
  std::vector<std::vector<double>> tiles_;
};

}  // namespace rv::subject
