// The captured frames of the ring as the mesh is fused from them, in the object frame.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "scene/geometry.h"
#include "scene/image.h"
#include "scene/rotating_view.h"

namespace rv::mesh {

struct ItemFrame {
  Camera lens;             // of the picture at its original size
  Rigid3 cam_from_object;  // in object units
  Image picture;           // 3 channels
  Image matte;             // 1 channel, of the picture's shape at any size
  // Signed distance to the item's outline in px of the matte, row by row: positive outside.
  std::vector<float> outside_px;
  // The item's depth of the picture's shape at any size: z along the camera's axis in object units, 0 = unknown.
  int depth_width = 0, depth_height = 0;
  std::vector<float> z;
  std::vector<float> confidence;  // 0 to 1
};

// Sets outside_px of a matte.
void MeasureOutline(ItemFrame& frame);

// Ring frames with pose, picture, matte and depth, spread evenly over the ring, at most `most` of them. Fails with
// kInsufficientData where the asset has fewer than `least`, kCorrupt when one does not decode.
Result<std::vector<ItemFrame>> LoadItemFrames(const RotatingView& view,
                                              std::size_t least,
                                              std::size_t most,
                                              int threads);

// The raster's pixel that px of the picture lies in; none beyond its edge.
std::optional<std::size_t> RasterIndex(const Eigen::Vector2d& pixel,
                                       const Camera& lens,
                                       int width,
                                       int height);

}  // namespace rv::mesh
