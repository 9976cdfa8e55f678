#include "reconstruct/views/stored_depth.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace rv::views {

namespace {

constexpr int kStoredSide = 400;
constexpr std::uint8_t kHalf = 128;  // of a matte

struct Told {
  float inverse = 0, confidence = 0;
};

Told At(const DepthGrid& grid, const Eigen::Vector3d& ray) {
  const std::optional<std::size_t> i = grid.Along(ray);
  if (!i) return {};
  return {grid.inverse[*i], grid.confidence[*i]};
}

}  // namespace

void StoreDepth(
    const depth::FrameDepth& depth, const Image& matte, const Camera& lens, double scale, SourceFrame& out) {
  if (depth.item.empty() && depth.behind.empty()) return;
  const double shrink = std::min(1.0, static_cast<double>(kStoredSide) / std::max(lens.width, lens.height));
  const int width = std::max(1, static_cast<int>(std::lround(lens.width * shrink)));
  const int height = std::max(1, static_cast<int>(std::lround(lens.height * shrink)));
  std::vector<Told> told(static_cast<std::size_t>(width) * height);
  double nearest = 0, farthest = 1e9;  // inverse depths
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const Eigen::Vector3d ray =
          lens.Ray({(x + 0.5) * lens.width / width, (y + 0.5) * lens.height / height});
      const bool item =
          !matte.empty() &&
          *matte.at(std::min(matte.width - 1, (2 * x + 1) * matte.width / (2 * width)),
                    std::min(matte.height - 1, (2 * y + 1) * matte.height / (2 * height))) >= kHalf;
      Told& here = told[static_cast<std::size_t>(y) * width + x];
      here = At(item || depth.even ? depth.item : depth.behind, ray);
      if (here.inverse <= 0) continue;
      nearest = std::max(nearest, static_cast<double>(here.inverse));
      farthest = std::min(farthest, static_cast<double>(here.inverse));
    }
  if (nearest <= 0) return;
  Image raster = Image::Make(width, height, 1), confidence = Image::Make(width, height, 1);
  const double range = std::max(nearest - farthest, 1e-12);
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i].inverse <= 0) continue;
    raster.pixels[i] = static_cast<std::uint8_t>(1 + std::lround(254 * (told[i].inverse - farthest) / range));
    confidence.pixels[i] =
        static_cast<std::uint8_t>(std::lround(255 * std::clamp(told[i].confidence, 0.0F, 1.0F)));
  }
  out.depth = EncodePng(raster);
  out.depth_confidence = EncodePng(confidence);
  out.depth_nearest = scale / nearest;
  out.depth_farthest = scale / farthest;
}

}  // namespace rv::views
