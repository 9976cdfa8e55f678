// Where each pixel of a new picture lies in a captured frame whose depth is known: the depth raster is drawn as a mesh
// from the new camera, nearer triangles before farther ones.
#pragma once

#include <cstdint>
#include <vector>

#include "scene/depth_grid.h"
#include "scene/geometry.h"

namespace rv::synthesis {

// A captured frame and its depth. Passed down a call and never kept: refers to the caller's data.
struct DepthSource {
  const DepthGrid& depth;
  const Camera& lens;  // of the captured picture at its original size
  Rigid3 cam_from_world;
};

enum class Cover : std::uint8_t {
  kNone = 0,
  kStretched = 1,  // across a step in depth: the frame does not show what is there
  kSeen = 2,
};

// Row by row over the new picture.
struct WarpField {
  int width = 0, height = 0;
  std::vector<float> x, y;     // px of the captured picture at its original size
  std::vector<float> inverse;  // 1 / z in the new camera; 0 where nothing is
  std::vector<Cover> cover;

  std::size_t At(int col, int row) const { return static_cast<std::size_t>(row) * width + col; }
};

// `camera`: a pinhole without distortion.
WarpField WarpByDepth(const DepthSource& source, const Camera& camera, const Rigid3& cam_from_world);

}  // namespace rv::synthesis
