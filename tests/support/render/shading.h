// Light that a surface sends to the camera, scene-linear, exposed so that white paper is about 0.85.
#pragma once

#include "tests/support/render/visibility.h"

namespace rv::synthetic {

struct ShadePoint {
  int triangle = -1;      // -1: the room
  float weights[3] = {};  // of its corners, sum 1
  float depth = 0;
  Vec3 ray_in_world;  // not normalized: unit length along the optical axis
  Vec3 eye_in_world;
  float pixel = 0;  // width of a pixel at depth 1
  float turn = 0;   // of the object, radians
};

Vec3 Shade(const Stage& stage, const ShadePoint& point);

struct LinearPicture {
  int width = 0, height = 0;
  std::vector<Vec3> pixels;  // row-major, scene-linear sRGB primaries
};

// The mean of all looks. When `moving` is false they differ only in sub-pixel shift and pixels wholly within
// one surface are shaded once, at their center.
LinearPicture RenderLooks(
    const Stage& stage, const Lens& lens, const std::vector<Look>& looks, bool moving, int threads);

}  // namespace rv::synthetic
