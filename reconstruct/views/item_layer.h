// The item in a view, drawn by its depth from the frame nearest to the view; what that frame does not show comes from
// others. Drawn apart from the background, so that neither bends with the other.
#pragma once

#include <cstdint>
#include <vector>

#include "reconstruct/spin/warp_render.h"
#include "scene/depth_grid.h"
#include "synthesis/depth_warp.h"

namespace rv::views {

// A frame that the item is drawn from. Refers to the caller's data.
struct ItemSource {
  const DepthGrid& depth;
  const Camera& lens;
  Rigid3 cam_from_world;
  const Image& matte;  // 1 channel, of the frame's shape at any size, 255 = item
  const Image&
      paint;  // of the matte's size: how much of the frame is laid over the background; the matte or more
};

// The item as a view sees it: where its pixels come from, and how much of them is the item.
class ItemLayer {
 public:
  // `witnesses`: frames whose mattes what is filled must not contradict; the main source is one. Kept.
  ItemLayer(const Camera& camera,
            const Rigid3& cam_from_world,
            const ItemSource& main,
            std::vector<ItemSource> witnesses);

  // Takes what the main source hides from this one; false where that is next to nothing.
  bool Fill(const ItemSource& other);

  // Lays the pixels of source `index` (0 = main, then in order of Fill) over the view. `picture`: decoded at any scale.
  void Paint(std::size_t index, const Image& picture, std::uint8_t label, spin::ViewPixels& view) const;

  // Where the background will not be seen; 1 channel, of the view's size, 255 = covered.
  Image Covered() const;

  // Where the main source itself shows the item; 1 channel, of the view's size, 255 = it does.
  Image Shown() const;

  // 1 / z in the view, where the item is; else 0.
  const std::vector<float>& inverse() const { return inverse_; }
  std::size_t size() const { return size_; }  // pixels of the item

 private:
  bool IsAbsent(const Eigen::Vector3d& point_in_view) const;

  struct Pixel {
    float x = 0, y = 0;      // px of the source at its original size
    std::uint8_t alpha = 0;  // of the item
    std::uint8_t paint = 0;
    std::uint8_t source = 0;
    bool whole = false;  // seen by the source, not stretched
  };
  Camera camera_;
  Rigid3 cam_from_world_;
  std::vector<ItemSource> witnesses_;
  std::vector<Pixel> pixels_;
  std::vector<float> inverse_;
  std::vector<Camera> lenses_;
  std::size_t size_ = 0;
};

}  // namespace rv::views
