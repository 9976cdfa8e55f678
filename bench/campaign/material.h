// What all variants are made from: photos and frames of two small textured items, rendered once.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace rv::campaign {

constexpr int kClipFrames = 48;
constexpr int kPhotos = 24;

struct Item {
  std::vector<std::filesystem::path> photos;  // JPEG, 9 degrees apart
  std::filesystem::path clip;                 // kClipFrames without loss, 4.5 degrees apart
};

struct Material {
  std::array<Item, 2> items;  // a walk-round of a toy, a tin on a turntable
  std::filesystem::path log;  // of the tools that a variant calls
};

// Renders into `folder` with the program `make_sweep`, or takes what an earlier run left there whole. `full`:
// enlarged to 1920x1440 frames and 12-megapixel photos. Fails with kNotFound or kUnsupported without ffmpeg.
Result<Material> MakeMaterial(const std::filesystem::path& folder,
                              const std::filesystem::path& make_sweep,
                              bool full);

}  // namespace rv::campaign
