// Pixels of a view: a source frame sampled through a warp, and the mask that says where each came from.
#pragma once

#include <cstdint>

#include "reconstruct/spin/crop.h"
#include "reconstruct/spin/warp_mesh.h"
#include "scene/image.h"
#include "synthesis/depth_warp.h"

namespace rv::spin {

// The part of the grid that the views show, and its scale.
struct ViewFrame {
  double left = 0;  // grid px of the view's top-left corner
  double top = 0;
  double scale = 1;  // view px per grid px
  int width = 0;     // view px, even
  int height = 0;
};

// The largest part of `crop` with the principal point in its middle, where the item is kept and where
// programs that pose the views expect it. `size_px`: longest side wanted; the scale is at most 1.
ViewFrame MakeViewFrame(const WarpGrid& grid, const CellRect& crop, int size_px);

// The virtual camera as the views show it.
Camera ViewCamera(const ViewFrame& frame, double focal_px);

// Whether a bicubic sample at this position (original px) lies on captured pixels.
inline bool IsCaptured(const Camera& camera, const Eigen::Vector2d& pixel) {
  return pixel.x() >= 0.5 && pixel.y() >= 0.5 && pixel.x() <= camera.width - 0.5 &&
         pixel.y() <= camera.height - 0.5;
}

// A source frame on its way into a view. Passed down a call and never kept: refers to the caller's data.
struct WarpedSource {
  const Camera& camera;    // of the picture at its original size
  const Image& picture;    // decoded at any scale, 3 channels
  std::uint8_t label = 1;  // its value in the provenance
  // Where not to take pixels from, of the source's shape at any size, 255 = not: the item, in a source that only fills the
  // background. May be null.
  const Image* barred = nullptr;
  // Where the item is in the source, of its shape at any size, 255 = item. May be null.
  const Image* matte = nullptr;
};

// A view while sources are rendered into it.
struct ViewPixels {
  Image image;       // 3 channels
  Image provenance;  // 1 channel, same size; 0 = not captured yet
  Image matte;       // 1 channel, same size; 255 = the item
};

// An empty view of the frame's size.
ViewPixels MakeViewPixels(const ViewFrame& frame);

// Samples the source bicubically into every pixel of `view` whose provenance is 0 and that the warp takes
// from inside the source; sets their provenance to the source's label and takes its matte along.
void RenderWarp(const WarpGrid& grid,
                const ViewFrame& frame,
                const WarpMesh& mesh,
                const WarpedSource& source,
                ViewPixels& view);

// The same by a field over the view; of it, what is covered at least like `least`.
void RenderField(const synthesis::WarpField& field,
                 synthesis::Cover least,
                 const WarpedSource& source,
                 ViewPixels& view);

// One channel, bilinear, in OpenCV's coordinates; the edge continues.
std::uint8_t Between(const Image& image, float x, float y);

// Share of non-zero pixels of a mask.
double CapturedShare(const Image& provenance);

// z-depth in the view at a quarter of its size, in steps of `unit` where the distance to the center is 1; 0
// where no point is near.
Raster16 RenderDepth(const WarpGrid& grid,
                     const std::vector<double>& inverse,
                     const std::vector<ViewPoint>& points,
                     const ViewFrame& frame,
                     double unit);

}  // namespace rv::spin
