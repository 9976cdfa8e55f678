// Which captured frames show which part of a surface, and which of them colors it.
#pragma once

#include <vector>

#include "publish/mesh/item_frames.h"
#include "publish/mesh/surface.h"

namespace rv::mesh {

// How well each frame shows each corner: row by row, one row a corner, one column a frame; 0 = not at all. Grows with the
// cosine between normal and view and with the pixels that a piece of surface has.
struct CornerViews {
  std::size_t frames = 0;
  std::vector<float> scores;
  const float* row(std::size_t corner) const { return &scores[corner * frames]; }
};
CornerViews ScoreCorners(const Surface& surface, const std::vector<ItemFrame>& frames, int threads);

// The frame of each triangle; kUnseenFace where no frame shows all its corners. Neighbors are given the same frame where that
// costs little (Lempitsky, Ivanov, "Seamless Mosaicing of Image-Based Texture Maps", CVPR 2007, by sweeps of local choices).
inline constexpr int kUnseenFace = -1;
std::vector<int> ChooseFaceFrames(const Surface& surface,
                                  const CornerViews& views,
                                  const std::vector<Triangle>& neighbors);

}  // namespace rv::mesh
