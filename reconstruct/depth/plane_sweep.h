// What it costs to put each pixel of a frame on each of some planes that face the frame: how unlike the other frames
// look there. (Collins, "A Space-Sweep Approach to True Multi-Image Matching", CVPR 1996.) Internal to reconstruct/.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "reconstruct/depth/depth_frame.h"

namespace rv::depth {

// Inverse depths 1 / z, z along the frame's axis in world units, evenly spaced.
struct Planes {
  float farthest = 0;  // inverse depth of plane 0
  float nearest = 1;   // of the last
  int count = 0;       // a multiple of 16

  float Step() const { return (nearest - farthest) / static_cast<float>(count - 1); }
  float At(float plane) const { return farthest + plane * Step(); }
};

enum class LayerKind { kItem, kBackground, kWhole };

// What depth is wanted of.
struct Layer {
  LayerKind kind = LayerKind::kWhole;
  cv::Rect box;  // of the frame's small picture
  Planes planes;
  // Of kItem: inverse depths of the hull's nearest and farthest surface, CV_32FC1 over the box, 0 where it is not seen.
  cv::Mat front, back;
};

// CV_8UC1, a row a pixel of the box, a column a plane. Pixels that are not of the layer cost nothing anywhere.
cv::Mat SweepPlanes(const DepthFrame& frame,
                    const std::vector<const DepthFrame*>& others,
                    const Layer& layer);

}  // namespace rv::depth
