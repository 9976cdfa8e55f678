// Pixels of a view: a source frame sampled through a warp, and the mask that says where each came from.
#pragma once

#include <cstdint>

#include "reconstruct/spin/crop.h"
#include "reconstruct/spin/warp_mesh.h"
#include "scene/image.h"

namespace rv::spin {

// The part of the grid that views show, and at what scale.
struct ViewFrame {
  double left = 0;  // grid px of the view's top-left corner
  double top = 0;
  double scale = 1;  // view px per grid px
  int width = 0;     // view px, even
  int height = 0;
};

// The largest part of `crop` that has the principal point in its middle: there the item is held, and there
// programs that pose the views expect it. `size_px`: longest side wanted; never enlarges beyond scale 1.
ViewFrame MakeViewFrame(const WarpGrid& grid, const CellRect& crop, int size_px);

// The virtual camera as the views show it.
Camera ViewCamera(const ViewFrame& frame, double focal_px);

// Whether a bicubic sample at this position (original px) lies on captured pixels.
inline bool IsCaptured(const Camera& camera, const Eigen::Vector2d& pixel) {
  return pixel.x() >= 0.5 && pixel.y() >= 0.5 && pixel.x() <= camera.width - 0.5 &&
         pixel.y() <= camera.height - 0.5;
}

// Samples `source` (the decoded frame, at any scale) bicubically into every pixel of `image` (3 channels)
// whose `provenance` (1 channel, same size) is 0 and that the warp takes from inside the frame; sets those to
// `label`.
void RenderWarp(const WarpGrid& grid,
                const WarpMesh& mesh,
                const ViewFrame& frame,
                const Camera& camera,
                const Image& source,
                std::uint8_t label,
                Image& image,
                Image& provenance);

// Share of non-zero pixels of a mask.
double CapturedShare(const Image& provenance);

// z-depth in the view at a quarter of its size, in steps of `unit` when the distance to the center is 1; 0
// where no point is near.
Raster16 RenderDepth(const WarpGrid& grid,
                     const std::vector<double>& inverse,
                     const std::vector<ViewPoint>& points,
                     const ViewFrame& frame,
                     double unit);

}  // namespace rv::spin
